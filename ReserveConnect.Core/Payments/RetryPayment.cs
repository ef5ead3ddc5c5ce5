using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Providers;

namespace ReserveConnect.Payments;

/// <summary>
/// A new attempt after one that failed, by the same method or the other: what is left open of the failed one is closed at its
/// provider first.
/// </summary>
public sealed class RetryPayment(ReserveDatabase database, PaymentProviders providers, OpenPayment open, TimeProvider clock)
{
    /// <summary>
    /// Refusals: those of <see cref="OpenPayment.RunAsync"/>, and <c>nothing_to_retry</c> when no payment was begun, or the one
    /// that was can still be paid.
    /// </summary>
    /// <param name="method"><c>card</c> or <c>pix</c>; null: as before.</param>
    /// <param name="language">Of what the guest is told: <c>pt-BR</c> or <c>en</c>.</param>
    public async Task<Outcome<PaymentView>> RunAsync(Guid intentId, string? method, string language, CancellationToken cancellation)
    {
        BookingIntent? intent;
        IReadOnlyList<PaymentAttempt> attempts;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            intent = await BookingIntents.FindAsync(connection, intentId);
            attempts = await PaymentAttempts.OfIntentAsync(connection, intentId);
        }

        if (intent is null)
        {
            return Refusal.NotFound("intent_not_found", "There is no such booking intent.");
        }

        if (attempts.Count == 0)
        {
            return Refusal.Conflict("nothing_to_retry", "No payment was begun for this stay; please begin one.");
        }

        var pending = attempts.FirstOrDefault(a => a.Status == PaymentAttemptStatus.Pending);
        FailedCharge? failed = null;
        if (pending is not null && intent.TakesPayments(clock.GetUtcNow()))
        {
            var stands = await FailedAsync(intent, pending, cancellation);
            if (stands.Refusal is not null)
            {
                return stands.Refusal;
            }

            failed = stands.Value;
        }

        var provider = method switch
        {
            "card" => PaymentAttempt.Stripe,
            "pix" => PaymentAttempt.MercadoPago,
            _ => attempts[^1].Provider,
        };
        // By its id: of two who try again at once, the second gets the first one's new attempt.
        return await open.RunAsync(intentId, provider, failed, language, cancellation);
    }

    // Of an attempt that is open here only its provider knows whether it has failed: its webhook may be on the way.
    private async Task<Outcome<FailedCharge>> FailedAsync(BookingIntent intent, PaymentAttempt pending, CancellationToken cancellation)
    {
        switch (await providers.AskAsync(pending, intent, cancellation))
        {
            case ProviderAnswer<MoneyFact>.Done { Value: { State: MoneyState.Declined or MoneyState.Closed } fact }:
                return new FailedCharge(pending.Id, fact);
            case ProviderAnswer<MoneyFact>.Done { Value.State: MoneyState.Paid or MoneyState.Authorized }:
                return OpenPayment.AlreadyMade;
            case ProviderAnswer<MoneyFact>.Done { Value.State: MoneyState.Open }:
                return Refusal.Conflict("nothing_to_retry", "Nothing has failed: the payment that was begun can still be made.");
            case ProviderAnswer<MoneyFact>.Done or ProviderAnswer<MoneyFact>.Refused:
                return OpenPayment.InProgress;
            default:
                return OpenPayment.Silent;
        }
    }
}
