using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Privacy;

/// <summary>What was done, and what is left to ask for elsewhere.</summary>
/// <param name="ErasedAt">UTC instant.</param>
/// <param name="Reservations">How many were anonymised.</param>
/// <param name="BookingIntents">How many were anonymised.</param>
/// <param name="Payments">How many charges hang on them; amounts, dates and a card's last four digits stay for the books.</param>
/// <param name="AlsoHeldBy">Who was given data and has to be asked there.</param>
public sealed record Erasure(
    DateTimeOffset ErasedAt, int Reservations, int BookingIntents, int Payments, IReadOnlyList<DataRecipient> AlsoHeldBy);

/// <summary>
/// Forgets a guest at their own word (LGPD, article 18 VI): whatever names them is taken out, in one transaction; ids, codes,
/// dates, amounts, the books and the audit trail stay (article 16 I).
/// </summary>
public sealed class ErasePersonalData(ReserveDatabase database, Passwords passwords, LoginAttempts attempts, TimeProvider clock)
{
    /// <summary>
    /// Refusals: <c>invalid_credentials</c> (counted like a failed login), <c>too_many_attempts</c>, <c>bookings_open</c> with
    /// the codes of what is ahead, running, being paid or being refunded, or of which a refund waits for a supervisor. Done again at once, it changes nothing more.
    /// </summary>
    public async Task<Outcome<Erasure>> RunAsync(AccountCaller caller, string password, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        Account account;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            account = (await AccountRows.FindAsync(connection, caller.AccountId))!;
        }

        var attempt = await attempts.BeginAsync(account.Id, cancellation);
        if (attempt.Refusal is { } tooMany)
        {
            return tooMany;
        }

        var verdict = await passwords.VerifyAsync(account.PasswordHash, password, cancellation);
        if (verdict.Refusal is { } busy)
        {
            await attempts.TakeBackAsync(account.Id, attempt.Value, cancellation);
            return busy;
        }

        return verdict.Value == PasswordVerdict.Wrong
            ? Wrong
            : await database.TransactAsync(unit => EraseAsync(unit, caller, account), cancellation);
    }

    private static Refusal Wrong => Refusal.Unprocessable(
        "invalid_credentials", "The current password is wrong.", new FieldError("current_password", "invalid_credentials", "Wrong."));

    private async Task<Outcome<Erasure>> EraseAsync(UnitOfWork unit, AccountCaller caller, Account compared)
    {
        var now = clock.GetUtcNow();
        var account = await AccountRows.LockAsync(unit, compared.Id);
        if (account is { Status: AccountStatus.Erased })
        {
            await attempts.ForgetAsync(unit, compared.Id);
            return new Erasure(now, 0, 0, 0, Processing.Recipients);
        }

        if (account is not { IsActive: true } || account.PasswordHash != compared.PasswordHash)
        {
            return Wrong;
        }

        await attempts.ForgetAsync(unit, account.Id);
        var bookings = await BookingsOfPerson.LockAsync(unit, account);
        if (await bookings.OpenAsync(unit, now) is { Count: > 0 } open)
        {
            return Refusal.Conflict("bookings_open", "A stay is ahead or running, a booking is being made, or a refund is on its way. Please come back after that.") with
            {
                Extensions = new Dictionary<string, object?> { ["bookings"] = open },
            };
        }

        var reservations = await bookings.AnonymiseAsync(unit, Anonymous.Of(account.Id), now);
        var payments = await bookings.AnonymisePaymentsAsync(unit, now);
        await AnonymiseAccountAsync(unit, account, Anonymous.Of(account.Id), now);
        await Sessions.RevokeAllAsync(unit, account.Id, "erased", now);
        await AccountRows.MoveAsync(unit, account, AccountStatus.Erased, caller.Actor.Name, "at the guest's own word", now);
        await AccountRows.AuditAsync(
            unit, account.Id, "personal_data_erased", caller.Actor.Name, now,
            after: new { reservations, bookingIntents = bookings.Count, payments });
        return new Erasure(now, reservations, bookings.Count, payments, Processing.Recipients);
    }

    private static Task AnonymiseAccountAsync(UnitOfWork unit, Account account, Anonymous anonymous, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.travelers t
            SET email = @Email, first_name = @FirstName, last_name = @LastName, phone = NULL, updated_at = @now
            FROM reserve.accounts a
            WHERE a.id = @Id
              AND t.id = a.traveler_id;

            UPDATE reserve.accounts
            SET email = @Email, first_name = @FirstName, last_name = @LastName, phone = NULL, updated_at = @now
            WHERE id = @Id;

            UPDATE reserve.account_secrets
            SET password_hash = NULL, password_changed_at = NULL, totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL,
                code_failures = 0, code_locked_until = NULL
            WHERE account_id = @Id;

            DELETE FROM reserve.account_recovery_codes
            WHERE account_id = @Id;

            DELETE FROM reserve.account_identities
            WHERE account_id = @Id;

            DELETE FROM reserve.one_time_tokens
            WHERE account_id = @Id;

            DELETE FROM reserve.account_refresh_tokens
            WHERE session_id IN (SELECT s.id FROM reserve.account_sessions s WHERE s.account_id = @Id)
            """,
            new { account.Id, anonymous.Email, anonymous.FirstName, anonymous.LastName, now });
}
