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
public sealed class PaymentProviders(IStripeGateway stripe, MercadoPagoClient pix, TimeProvider clock)
{
    /// <summary>
    /// How long closing or taking a charge keeps its key. Either is done once whatever the key, and asked about when it was refused;
    /// but under one key a provider repeats its first answer for a day, be it a no that was true only then.
    /// </summary>
    private static readonly TimeSpan KeyLife = TimeSpan.FromMinutes(1);

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
        var operation = OperationId("close", attempt);
        return attempt.IsPix
            ? (await pix.CancelPayment(providerPaymentId, operation, cancellation)).Select(MoneyFact.Of)
            : (await stripe.CancelPaymentIntent(providerPaymentId, operation, cancellation)).Select(MoneyFact.Of);
    }

    /// <summary>Takes a reserved amount.</summary>
    public async Task<ProviderAnswer<MoneyFact>> CaptureAsync(PaymentAttempt attempt, CancellationToken cancellation) =>
        (await stripe.CapturePaymentIntent(attempt.ProviderPaymentIntentId!, attempt.Amount, OperationId("capture", attempt), cancellation))
            .Select(MoneyFact.Of);

    private string OperationId(string what, PaymentAttempt attempt) => $"{what}:{attempt.Id}:{clock.GetUtcNow().Ticks / KeyLife.Ticks}";

    /// <summary>
    /// Asks for a refund, or where it stands once the provider has given it an id. What was lost or refused is looked up in
    /// the payment's refunds: it may have been made under an earlier key, or by hand. What is made is asked for once more: under
    /// its key a provider repeats its first answer, whatever has become of the refund since.
    /// </summary>
    /// <param name="refund">The refund.</param>
    /// <param name="attempt">Whose money it is.</param>
    /// <param name="others">The provider's ids of the attempt's other refunds: none of them is this one.</param>
    /// <param name="mayBeMade">It was asked for before, or so long ago that its key may be forgotten: it is looked up first.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<ProviderAnswer<RefundFact>> RefundAsync(
        Refund refund, PaymentAttempt attempt, IReadOnlySet<string> others, bool mayBeMade, CancellationToken cancellation)
    {
        if (refund.ProviderRefundId is { } known)
        {
            return await GetRefundAsync(attempt, known, cancellation);
        }

        if (mayBeMade)
        {
            if ((await ListRefundsAsync(attempt, cancellation)).ValueOrNull is not { } all)
            {
                return new ProviderAnswer<RefundFact>.Unknown("the payment's refunds are not told");
            }

            if (FindOurs(all) is { } before)
            {
                return new ProviderAnswer<RefundFact>.Done(before);
            }
        }

        var payment = attempt.ProviderPaymentIntentId!;
        var asked = attempt.IsPix
            ? (await pix.CreateRefund(payment, refund.Amount, refund.OperationId, cancellation)).Select(RefundFact.Of)
            : (await stripe.CreateRefund(new(refund.Id, payment, refund.Amount, refund.Currency), refund.OperationId, cancellation)).Select(RefundFact.Of);
        if (asked.ValueOrNull is { } created)
        {
            var stands = await GetRefundAsync(attempt, created.ProviderRefundId, cancellation);
            return stands.IsDone ? stands : new ProviderAnswer<RefundFact>.Unknown("it was made, and is not told how it stands");
        }

        return FindOurs((await ListRefundsAsync(attempt, cancellation)).ValueOrNull ?? []) is { } made ? new ProviderAnswer<RefundFact>.Done(made) : asked;

        // Mercado Pago keeps no reference of ours on a refund: there it is one of the amount that is no other's.
        RefundFact? FindOurs(IReadOnlyList<RefundFact> all) =>
            all.FirstOrDefault(r => r.State != RefundState.Failed
                && !others.Contains(r.ProviderRefundId)
                && (attempt.IsPix ? r.Amount == refund.Amount : r.RefundId == refund.Id));
    }

    /// <summary>A refund as it stands at its provider.</summary>
    public async Task<ProviderAnswer<RefundFact>> GetRefundAsync(PaymentAttempt attempt, string providerRefundId, CancellationToken cancellation) =>
        attempt.IsPix
            ? (await pix.GetRefund(attempt.ProviderPaymentIntentId!, providerRefundId, cancellation)).Select(RefundFact.Of)
            : (await stripe.GetRefund(providerRefundId, cancellation)).Select(RefundFact.Of);

    /// <summary>Every refund of a charge that its provider knows, whoever made it.</summary>
    public async Task<ProviderAnswer<IReadOnlyList<RefundFact>>> ListRefundsAsync(PaymentAttempt attempt, CancellationToken cancellation) =>
        attempt.IsPix
            ? (await pix.ListRefunds(attempt.ProviderPaymentIntentId!, cancellation)).Select(IReadOnlyList<RefundFact> (all) => [.. all.Select(RefundFact.Of)])
            : (await stripe.ListRefunds(attempt.ProviderPaymentIntentId!, cancellation)).Select(IReadOnlyList<RefundFact> (all) => [.. all.Select(RefundFact.Of)]);
}
