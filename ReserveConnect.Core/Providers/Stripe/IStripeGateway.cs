namespace ReserveConnect.Providers.Stripe;

/// <summary>
/// Card payments and transfers to properties at Stripe. Every call that changes something carries an operation id, stored before the call, as
/// Stripe's idempotency key: repeating it gives the first call's result.
/// </summary>
public interface IStripeGateway
{
    /// <summary>Opens a card payment; the guest's browser confirms it with the client secret.</summary>
    Task<ProviderAnswer<CardPayment>> CreatePaymentIntent(CreateCardPayment request, string operationId, CancellationToken ct);

    /// <summary>Reads a payment with its latest charge and the fee that Stripe took for it.</summary>
    Task<ProviderAnswer<CardPayment>> GetPaymentIntent(string paymentIntentId, CancellationToken ct);

    /// <summary>Cancels a payment that has not succeeded; an authorised amount goes back to the card at no fee.</summary>
    Task<ProviderAnswer<CardPayment>> CancelPaymentIntent(string paymentIntentId, string operationId, CancellationToken ct);

    /// <summary>Captures an authorised payment, wholly or in part; what is not captured is released.</summary>
    Task<ProviderAnswer<CardPayment>> CapturePaymentIntent(string paymentIntentId, decimal amount, string operationId, CancellationToken ct);

    /// <summary>Gives back all or part of a captured payment.</summary>
    Task<ProviderAnswer<CardRefund>> CreateRefund(CreateCardRefund request, string operationId, CancellationToken ct);

    /// <summary>Reads a refund.</summary>
    Task<ProviderAnswer<CardRefund>> GetRefund(string refundId, CancellationToken ct);

    /// <summary>Reads a dispute with the movements of money that it made.</summary>
    Task<ProviderAnswer<CardDispute>> GetDispute(string disputeId, CancellationToken ct);

    /// <summary>Every refund of a payment, newest first.</summary>
    Task<ProviderAnswer<IReadOnlyList<CardRefund>>> ListRefunds(string paymentIntentId, CancellationToken ct);

    /// <summary>Sends money out of our available balance to a property's connected account.</summary>
    Task<ProviderAnswer<CardTransfer>> CreateTransfer(CreateCardTransfer request, string operationId, CancellationToken ct);

    /// <summary>Reads a transfer, with what of it came back.</summary>
    Task<ProviderAnswer<CardTransfer>> GetTransfer(string transferId, CancellationToken ct);

    /// <summary>Every transfer made for a payout, newest first: how one is found whose creation gave no answer.</summary>
    Task<ProviderAnswer<IReadOnlyList<CardTransfer>>> ListTransfers(Guid payoutId, CancellationToken ct);

    /// <summary>A page of what moved our balance at Stripe.</summary>
    Task<ProviderAnswer<ProviderTransactionPage>> ListTransactions(StripeTransactionQuery query, CancellationToken ct);

    /// <summary>What of our money lies at Stripe, in BRL.</summary>
    Task<ProviderAnswer<ProviderBalance>> GetBalance(CancellationToken ct);
}
