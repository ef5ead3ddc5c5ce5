using Dapper;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Providers.Pix;
using ReserveConnect.Support;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Payments;

/// <summary>
/// Looks at a PIX code before a guest does: one that no bank would take, or that asks for another amount, is not shown, and
/// its charge is closed.
/// </summary>
public sealed class PixCodes(ReserveDatabase database, PaymentProviders providers, TimeProvider clock, IOptions<PaymentOptions> options)
{
    /// <summary>The error code of an attempt whose code was not shown.</summary>
    public const string Invalid = "pix_code_invalid";

    /// <summary>What is wrong with the code of a charge that waits for its guest; null: nothing, or it has none to show.</summary>
    public static string? FlawOf(PaymentAttempt attempt, MoneyFact fact)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(fact);
        if (!attempt.IsPix || fact.State is not (MoneyState.Open or MoneyState.Processing))
        {
            return null;
        }

        if (fact.PixCode is not { Length: > 0 } text)
        {
            // One that the provider still looks at may have none yet.
            return fact.State == MoneyState.Open ? "there is none" : null;
        }

        return BrCode.Parse(text) switch
        {
            { Code: null } broken => broken.Error,
            { Code: { Url: null, Amount: null } } => "names no amount",
            // Behind a URL the charge's own amount counts, and the code need not name it.
            { Code.Amount: { } amount } when amount != attempt.Amount => "is of another amount",
            _ => null,
        };
    }

    /// <summary>Keeps a broken code from being shown: calls a person, closes the charge, fails the attempt.</summary>
    /// <returns>False while the charge could not be closed; the attempt then stays as it is.</returns>
    public async Task<bool> RefuseAsync(BookingIntent intent, PaymentAttempt attempt, MoneyFact fact, string flaw, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(intent);
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(fact);
        await database.TransactAsync(unit => RaiseAsync(unit, intent, attempt, fact, flaw), cancellation);
        if (await providers.CloseAsync(attempt, fact.ProviderPaymentId, cancellation) is not ProviderAnswer<MoneyFact>.Done { Value.State: MoneyState.Closed })
        {
            return false;
        }

        await database.TransactAsync(
            async unit =>
            {
                await BookingIntents.LockAsync(unit, intent.Id);
                var current = (await PaymentAttempts.FindAsync(unit.Connection, attempt.Id))!;
                if (PaymentAttemptStatus.IsOpen(current.Status))
                {
                    await PaymentAttempts.MoveAsync(unit, attempt.Id, current.Status, PaymentAttemptStatus.Failed, Invalid, clock.GetUtcNow());
                }
            },
            cancellation);
        return true;
    }

    private async Task RaiseAsync(UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, MoneyFact fact, string flaw)
    {
        var now = clock.GetUtcNow();
        await BookingIntents.LockAsync(unit, intent.Id);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payment_attempts
            SET provider_payment_intent_id = @ProviderPaymentId,
                error_code = @Invalid,
                failed_at = @now
            WHERE id = @Id
            """,
            new { attempt.Id, fact.ProviderPaymentId, Invalid, now });
        await Exceptions.RaiseAsync(
            unit,
            new($"{Invalid}:{attempt.Id}", "pix_code_invalid", "high", "A PIX code of the provider cannot be paid", now + options.Value.OddMoneyTime)
            {
                BookingIntentId = intent.Id,
                PropertyId = intent.PropertyId,
                ErrorCode = Invalid,
                ErrorMessage = flaw,
                Context = new { attemptId = attempt.Id, attempt.Amount, attempt.Currency, fact.ProviderPaymentId },
            },
            now);
    }
}
