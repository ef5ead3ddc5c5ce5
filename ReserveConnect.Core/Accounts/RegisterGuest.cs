using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Accounts;

/// <summary>
/// Begins an account for a guest. Whoever asks learns nothing about the address: its owner gets a mail, with the link that
/// proves it or with the news that there is an account. The password and the profile belong to this registration, not to the
/// account: somebody who registers another's address first, or after them, chooses neither for them. Until the address is
/// proven the account has no name.
/// </summary>
public sealed class RegisterGuest(ReserveDatabase database, Passwords passwords, OneTimeTokens tokens, TimeProvider clock, IOptions<AccountOptions> options)
{
    /// <summary>Refusals: <c>invalid_registration</c> with one error per bad field, <c>busy</c>.</summary>
    /// <returns>True; nothing else is told.</returns>
    public async Task<Outcome<bool>> RunAsync(string email, string password, AccountProfile profile, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var errors = profile.Check().ToList();
        if (!AccountEmail.IsValid(email))
        {
            errors.Insert(0, new("email", "invalid_email", "An e-mail address is needed."));
        }
        else if (PasswordRules.Check("password", password, email) is { } weak)
        {
            errors.Add(weak);
        }

        if (errors.Count > 0)
        {
            return Refusal.Unprocessable("invalid_registration", "The registration has bad fields.", [.. errors]);
        }

        // Before anything is known of the address: the answer takes as long for one that is taken.
        var hash = await passwords.HashAsync(password, cancellation);
        if (hash.Refusal is { } busy)
        {
            return busy;
        }

        await database.TransactAsync(unit => RegisterAsync(unit, email, hash.Value, profile), cancellation);
        return true;
    }

    private async Task RegisterAsync(UnitOfWork unit, string email, string hash, AccountProfile profile)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var isNew = await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.accounts (id, email, role, status, first_name, last_name, phone, locale, created_at, updated_at)
            VALUES (@id, @email, 'guest', 'unverified', '', '', NULL, @Locale, @now, @now)
            ON CONFLICT (email_key) DO NOTHING
            """,
            new { id, email, profile.Locale, now }) == 1;
        var account = (await AccountRows.FindAsync(unit.Connection, email))!;
        if (isNew)
        {
            await AccountRows.AuditAsync(unit, id, "created", $"guest:{id}", now);
        }

        await (account.Status switch
        {
            AccountStatus.Unverified => tokens.SendAsync(unit, account.Id, TokenPurpose.VerifyEmail, options.Value.VerificationLifetime, new(hash, profile)),
            AccountStatus.Active => tokens.SendAsync(unit, account.Id, TokenPurpose.AlreadyRegistered, options.Value.VerificationLifetime),
            _ => tokens.SendAsync(unit, null, TokenPurpose.AlreadyRegistered, options.Value.VerificationLifetime),
        });
    }
}
