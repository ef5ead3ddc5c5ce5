using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Providers;

namespace ReserveConnect.Payments;

/// <summary>What became of a charge that was to be closed.</summary>
internal enum Door
{
    Closed,

    /// <summary>It was paid, or the money is reserved.</summary>
    Paid,

    /// <summary>It may be paid.</summary>
    Undecided,
}

/// <summary>Closes the door that another payment of an intent holds open, at its provider first, before a new one is opened.</summary>
public sealed class CloseOther(
    ReserveDatabase database, PaymentProviders providers, IBookingSagas sagas, TimeProvider clock, IOptions<BookingOptions> booking)
{
    /// <summary>Closes an open attempt, unless it is paid or may be.</summary>
    /// <param name="known">Where its provider has just said that it stands; null: it is asked.</param>
    internal async Task<Door> RunAsync(BookingIntent intent, PaymentAttempt other, MoneyFact? known, CancellationToken cancellation)
    {
        var answer = known is null ? await providers.AskAsync(other, intent, cancellation) : new ProviderAnswer<MoneyFact>.Done(known);
        if (answer is ProviderAnswer<MoneyFact>.Done { Value: { CanBeClosed: true } fact })
        {
            if (!await database.TransactAsync(unit => BeginAsync(unit, other, fact), cancellation))
            {
                return Door.Paid;
            }

            answer = await providers.CloseAsync(other, fact.ProviderPaymentId, cancellation);
            if (!answer.IsDone)
            {
                // Paid meanwhile, most likely; its provider says.
                answer = await providers.AskAsync(other with { ProviderPaymentIntentId = fact.ProviderPaymentId }, intent, cancellation);
            }
        }

        switch (answer)
        {
            case ProviderAnswer<MoneyFact>.Done { Value.State: MoneyState.Paid or MoneyState.Authorized }:
                return Door.Paid;
            case ProviderAnswer<MoneyFact>.Done { Value.State: MoneyState.Closed }:
            // It was never opened and cannot be: nobody can pay through it.
            case ProviderAnswer<MoneyFact>.Refused { Status: not (401 or 403) } when other.ProviderPaymentIntentId is null:
                await database.TransactAsync(unit => NoteAsync(unit, other, unshownOnly: false, "another payment was begun"), cancellation);
                return Door.Closed;
            case ProviderAnswer<MoneyFact>.Done:
                return Door.Undecided;
            default:
                return await LeaveUnshownAsync(other, cancellation) ? Door.Closed : Door.Undecided;
        }
    }

    /// <summary>
    /// Leaves a charge whose provider does not say whether it was opened. Its secret or code was never shown, and once the attempt
    /// is closed never will be: nobody can pay through it. Whatever was opened is closed when the provider answers again.
    /// </summary>
    /// <returns>False when its answer came meanwhile.</returns>
    internal async Task<bool> LeaveUnshownAsync(PaymentAttempt attempt, CancellationToken cancellation)
    {
        if (!await database.TransactAsync(unit => NoteAsync(unit, attempt, unshownOnly: true, PaymentAttempts.NeverShown), cancellation))
        {
            return false;
        }

        await sagas.TakeLatePaymentAsync(attempt.Id, cancellation);
        return true;
    }

    // Says that it is being closed: what a card reserves meanwhile goes with it. Returns false when the money is taken in already.
    private async Task<bool> BeginAsync(UnitOfWork unit, PaymentAttempt other, MoneyFact fact)
    {
        var now = clock.GetUtcNow();
        await BookingIntents.LockAsync(unit, other.BookingIntentId);
        if (fact.State == MoneyState.Declined)
        {
            // Once the attempt is closed nobody counts it any more.
            await Declines.CountAsync(unit, other.BookingIntentId, other.Id, fact, now, booking.Value);
        }

        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, other.Id))!;
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.payment_attempts SET closing_since = @now WHERE id = @Id", new { other.Id, now });
        return !PaymentAttemptStatus.HasMoney(attempt.Status);
    }

    private async Task<bool> NoteAsync(UnitOfWork unit, PaymentAttempt other, bool unshownOnly, string reason)
    {
        var now = clock.GetUtcNow();
        await BookingIntents.LockAsync(unit, other.BookingIntentId);
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, other.Id))!;
        if (unshownOnly && (attempt.Status != PaymentAttemptStatus.Initiating || attempt.ProviderPaymentIntentId is not null))
        {
            return false;
        }

        if (PaymentAttemptStatus.IsOpen(attempt.Status))
        {
            await PaymentAttempts.MoveAsync(unit, attempt.Id, attempt.Status, PaymentAttemptStatus.Cancelled, reason, now);
            await PixTransactions.EndAsync(unit, attempt, now);
        }

        return true;
    }
}
