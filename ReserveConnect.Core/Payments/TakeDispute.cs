using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Payments;

/// <summary>
/// Asks a provider where a dispute stands, and takes that in (<see cref="DisputeIntake"/>). May run any number of times.
/// </summary>
public sealed class TakeDispute(
    ReserveDatabase database, IStripeGateway stripe, MercadoPagoClient pix, IBookingSagas sagas, TimeProvider clock, IOptions<PaymentOptions> options,
    ILogger<TakeDispute> log)
{
    /// <summary>Looks at a dispute that is known to be open.</summary>
    /// <exception cref="ProviderSilentException">The provider does not answer.</exception>
    public async Task RunAsync(OpenDispute dispute, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(dispute);
        if (dispute.Provider == PaymentAttempt.Stripe)
        {
            await CardAsync(dispute.ProviderDisputeId, cancellation);
        }
        else
        {
            await PixAsync(dispute.PaymentAttemptId, cancellation);
        }
    }

    /// <summary>Looks at a dispute of Stripe's.</summary>
    /// <exception cref="ProviderSilentException">Stripe does not answer.</exception>
    public async Task CardAsync(string disputeId, CancellationToken cancellation)
    {
        switch (await stripe.GetDispute(disputeId, cancellation))
        {
            case ProviderAnswer<CardDispute>.Done { Value: { PaymentIntentId: { } payment } fact }:
                PaymentAttempt? attempt;
                await using (var connection = await database.OpenAsync(cancellation))
                {
                    attempt = await PaymentAttempts.FindByProviderIdAsync(connection, PaymentAttempt.Stripe, payment);
                }

                if (attempt is null)
                {
                    log.LogError("Dispute {DisputeId} is of {PaymentId}, which is no payment of ours", fact.Id, payment);
                    break;
                }

                await TakeInAsync(attempt, DisputeFact.Of(fact), cancellation);
                break;
            case ProviderAnswer<CardDispute>.Done:
                log.LogError("Dispute {DisputeId} is of no payment", disputeId);
                break;
            case ProviderAnswer<CardDispute>.Refused { Status: not (401 or 403) } refused:
                log.LogError("Stripe does not show dispute {DisputeId}: {Code}", disputeId, refused.Code);
                break;
            default:
                throw new ProviderSilentException("Stripe does not answer; the dispute is looked at again later");
        }
    }

    /// <summary>Looks whether a PIX payment whose money is in the books is disputed, or no longer is.</summary>
    /// <exception cref="ProviderSilentException">Mercado Pago does not answer.</exception>
    public async Task PixAsync(Guid attemptId, CancellationToken cancellation)
    {
        PaymentAttempt attempt;
        Dispute? known;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            attempt = (await PaymentAttempts.FindAsync(connection, attemptId))!;
            known = (await Disputes.OfAttemptAsync(connection, attemptId)).SingleOrDefault();
        }

        switch (await pix.GetPayment(attempt.ProviderPaymentIntentId!, cancellation))
        {
            case ProviderAnswer<PixPayment>.Done { Value: var payment }:
                if (payment is { Status: PixPaymentStatus.ChargedBack, StatusDetail: not ("in_process" or "settled" or "reimbursed") })
                {
                    log.LogError("Mercado Pago does not say how the charge-back of attempt {AttemptId} stands: {Detail}", attemptId, payment.StatusDetail);
                }

                if ((DisputeFact.Of(payment) ?? EndOf(payment, known)) is { } fact)
                {
                    await TakeInAsync(attempt, fact, cancellation);
                }

                break;
            case ProviderAnswer<PixPayment>.Refused { Status: not (401 or 403) } refused:
                log.LogError("Mercado Pago does not show the payment of attempt {AttemptId}: {Code}", attemptId, refused.Code);
                break;
            default:
                throw new ProviderSilentException("Mercado Pago does not answer; the payment is looked at again later");
        }
    }

    // Of money that was taken only an approval says that it is back.
    private static DisputeFact? EndOf(PixPayment payment, Dispute? known) =>
        known is not null && !DisputeStatus.IsFinal(known.Status)
        && (payment.Status == PixPaymentStatus.Approved || (payment.Status == PixPaymentStatus.Refunded && known.WithdrawnAmount is null))
            ? DisputeFact.Ended(payment, known)
            : null;

    private async Task TakeInAsync(PaymentAttempt attempt, DisputeFact fact, CancellationToken cancellation)
    {
        // The minute timer is the net under what dies here.
        foreach (var intentId in await database.TransactAsync(unit => DisputeIntake.TakeInAsync(unit, attempt, fact, options.Value, clock.GetUtcNow()), cancellation))
        {
            await sagas.AttendRefundsAsync(intentId, cancellation);
        }
    }
}
