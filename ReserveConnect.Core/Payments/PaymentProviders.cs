using ReserveConnect.Booking;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Payments;

/// <summary>
/// What the saga asks of whichever provider an attempt is with. Every question that changes something carries an
/// operation id that is stored with the attempt or refund, or made from its id, so that asking again is asking once.
/// Never called inside a database transaction.
/// </summary>
public sealed class PaymentProviders(IStripeGateway stripe, MercadoPagoClient pix)
{
    /// <summary>Opens the charge; asking again with the same attempt gives the same charge.</summary>
    public async Task<ProviderAnswer<MoneyFact>> OpenAsync(
        PaymentAttempt attempt, BookingIntent intent, CancellationToken cancellation)
    {
        // The code of the stay is on the guest's statement: no name, no dates.
        var description = $"Stay {intent.Id.ToString("N")[^12..]}";
        if (!attempt.IsPix)
        {
            var card = await stripe.CreatePaymentIntent(
                new(intent.Id, attempt.Id, attempt.Amount, attempt.Currency, attempt.CaptureLater, description, intent.GuestEmail),
                attempt.OperationId,
                cancellation);
            return card.Select(MoneyFact.Of);
        }

        var charge = await pix.CreatePixPayment(
            new(
                intent.Id, attempt.Id, attempt.Amount, description, intent.GuestEmail, intent.GuestFirstName, intent.GuestLastName,
                PayerCpf: null, attempt.ExpiresAt ?? throw new InvalidOperationException($"PIX attempt {attempt.Id} has no expiry")),
            attempt.OperationId,
            cancellation);
        return charge.Select(MoneyFact.Of);
    }

    /// <summary>Asks where the charge stands. One that was never seen to open is opened again under its operation id.</summary>
    public async Task<ProviderAnswer<MoneyFact>> AskAsync(
        PaymentAttempt attempt, BookingIntent intent, CancellationToken cancellation)
    {
        if (attempt.ProviderPaymentIntentId is not { } id)
        {
            return await OpenAsync(attempt, intent, cancellation);
        }

        return attempt.IsPix
            ? (await pix.GetPayment(id, cancellation)).Select(MoneyFact.Of)
            : (await stripe.GetPaymentIntent(id, cancellation)).Select(MoneyFact.Of);
    }

    /// <summary>Closes the charge, or lets a reserved amount go. Refused when it was paid meanwhile.</summary>
    public async Task<ProviderAnswer<MoneyFact>> CloseAsync(PaymentAttempt attempt, string providerPaymentId, CancellationToken cancellation)
    {
        var operation = $"close:{attempt.Id}";
        return attempt.IsPix
            ? (await pix.CancelPayment(providerPaymentId, operation, cancellation)).Select(MoneyFact.Of)
            : (await stripe.CancelPaymentIntent(providerPaymentId, operation, cancellation)).Select(MoneyFact.Of);
    }

    /// <summary>Takes a reserved amount.</summary>
    public async Task<ProviderAnswer<MoneyFact>> CaptureAsync(PaymentAttempt attempt, CancellationToken cancellation) =>
        (await stripe.CapturePaymentIntent(attempt.ProviderPaymentIntentId!, attempt.Amount, $"capture:{attempt.Id}", cancellation))
            .Select(MoneyFact.Of);

    /// <summary>
    /// Asks for a refund, or where it stands once the provider has given it an id. What was lost or refused is looked up in
    /// the payment's refunds first: it may have been made under an earlier key, or by hand.
    /// </summary>
    public async Task<ProviderAnswer<RefundFact>> RefundAsync(Refund refund, PaymentAttempt attempt, CancellationToken cancellation)
    {
        var payment = attempt.ProviderPaymentIntentId!;
        return attempt.IsPix
            ? await RefundPixAsync(refund, payment, cancellation)
            : await RefundCardAsync(refund, payment, cancellation);
    }

    private async Task<ProviderAnswer<RefundFact>> RefundCardAsync(Refund refund, string payment, CancellationToken cancellation)
    {
        if (refund.ProviderRefundId is { } id)
        {
            return (await stripe.GetRefund(id, cancellation)).Select(RefundFact.Of);
        }

        var asked = await stripe.CreateRefund(new(refund.Id, payment, refund.Amount, refund.Currency), refund.OperationId, cancellation);
        if (asked.IsDone)
        {
            return asked.Select(RefundFact.Of);
        }

        var made = (await stripe.ListRefunds(payment, cancellation)).ValueOrNull?
            .FirstOrDefault(r => r.Metadata.GetValueOrDefault("refund_id") == refund.Id.ToString() && r.Status is not (CardRefundStatus.Failed or CardRefundStatus.Canceled));
        return made is null ? asked.Select(RefundFact.Of) : new ProviderAnswer<RefundFact>.Done(RefundFact.Of(made));
    }

    private async Task<ProviderAnswer<RefundFact>> RefundPixAsync(Refund refund, string payment, CancellationToken cancellation)
    {
        if (refund.ProviderRefundId is { } id)
        {
            return (await pix.GetRefund(payment, id, cancellation)).Select(RefundFact.Of);
        }

        var asked = await pix.CreateRefund(payment, refund.Amount, refund.OperationId, cancellation);
        if (asked.IsDone)
        {
            return asked.Select(RefundFact.Of);
        }

        // Mercado Pago keeps no reference of ours on a refund; a payment has one of the full amount at most.
        var made = (await pix.ListRefunds(payment, cancellation)).ValueOrNull?
            .FirstOrDefault(r => r.Amount == refund.Amount && r.Status is not (PixRefundStatus.Rejected or PixRefundStatus.Cancelled));
        return made is null ? asked.Select(RefundFact.Of) : new ProviderAnswer<RefundFact>.Done(RefundFact.Of(made));
    }
}
