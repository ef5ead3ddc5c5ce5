using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Finance.Payouts;

/// <summary>Where a transfer stands at its provider.</summary>
public enum TransferState
{
    /// <summary>On its way.</summary>
    Pending,

    /// <summary>The receiver has it.</summary>
    Sent,

    /// <summary>Not sent, and never will be.</summary>
    Failed,

    /// <summary>Sent, and all of it came back.</summary>
    Returned,
}

/// <summary>A transfer as its provider has it.</summary>
/// <param name="Returned">What of it came back, BRL.</param>
public sealed record TransferFact(string TransferId, TransferState State, decimal Amount, decimal Returned, string? FailureCode)
{
    internal static TransferFact Of(CardTransfer transfer) =>
        new(transfer.Id, transfer.IsReversed ? TransferState.Returned : TransferState.Sent, transfer.Amount, transfer.AmountReversed, transfer.IsReversed ? "reversed" : null);

    internal static TransferFact Of(PixTransfer transfer) =>
        new(
            transfer.Id,
            transfer.State switch
            {
                PixTransferState.Pending => TransferState.Pending,
                PixTransferState.Succeeded => TransferState.Sent,
                PixTransferState.Returned => TransferState.Returned,
                _ => TransferState.Failed,
            },
            transfer.Amount,
            transfer.AmountReturned,
            transfer.FailureReason);
}

/// <summary>
/// Asks the provider of a payout. Every transfer carries an operation id that is stored with the payout, so that asking again is asking
/// once. Never called inside a database transaction.
/// </summary>
public sealed class PayoutProviders(IStripeGateway stripe, MercadoPagoClient pix)
{
    private const int CpfDigits = 11;

    /// <summary>Sends it, or finds that it was sent: what was refused or not answered before is looked up first.</summary>
    public async Task<ProviderAnswer<TransferFact>> SendAsync(Payout payout, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(payout);
        if (payout.TransferId is { } known)
        {
            return await GetAsync(payout, known, cancellation);
        }

        if (payout.IsPix)
        {
            return (await pix.SendPix(OrderOf(payout), payout.OperationId!, cancellation)).Select(TransferFact.Of);
        }

        if (payout.Asks > 0 || payout.Tries > 0)
        {
            // A key is forgotten after a day, the payout's transfers are not.
            var made = await stripe.ListTransfers(payout.Id, cancellation);
            if (made.ValueOrNull is not { } all)
            {
                return new ProviderAnswer<TransferFact>.Unknown("the payout's transfers are not told");
            }

            if (all.FirstOrDefault(t => !t.IsReversed) is { } stands)
            {
                return new ProviderAnswer<TransferFact>.Done(TransferFact.Of(stands));
            }
        }

        return (await stripe.CreateTransfer(
            new(payout.Id, payout.StripeAccountId!, payout.NetAmount, payout.Currency, $"Payout {payout.PeriodStart:yyyy-MM-dd} to {payout.PeriodEnd:yyyy-MM-dd}"),
            payout.OperationId!,
            cancellation)).Select(TransferFact.Of);
    }

    /// <summary>A transfer as it stands.</summary>
    public async Task<ProviderAnswer<TransferFact>> GetAsync(Payout payout, string transferId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(payout);
        return payout.IsPix
            ? (await pix.GetPixTransfer(transferId, cancellation)).Select(TransferFact.Of)
            : (await stripe.GetTransfer(transferId, cancellation)).Select(TransferFact.Of);
    }

    /// <summary>What can be sent now, BRL.</summary>
    public async Task<ProviderAnswer<decimal>> BalanceAsync(string method, CancellationToken cancellation) =>
        (method == PayoutMethod.Pix ? await pix.GetBalance(cancellation) : await stripe.GetBalance(cancellation)).Select(b => b.Available);

    private static PixTransferOrder OrderOf(Payout payout) =>
        new(
            payout.Id,
            payout.PixKeyType switch { "random" => "PIX_CODE", var type => type!.ToUpperInvariant() },
            payout.PixKey!,
            payout.PixOwnerDocument!.Length == CpfDigits ? "CPF" : "CNPJ",
            payout.PixOwnerDocument,
            payout.NetAmount,
            payout.Tries + 1);
}
