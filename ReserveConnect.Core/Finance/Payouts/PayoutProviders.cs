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

/// <summary>A transfer that says of itself what it is.</summary>
/// <param name="PayoutId">Null: of none of ours.</param>
/// <param name="Attempt">From 1 on; null where its provider does not keep it.</param>
public sealed record NamedTransfer(Guid? PayoutId, int? Attempt, TransferFact Fact);

/// <summary>
/// Asks the provider of a payout. Every transfer carries an operation id that is stored with the payout, so that asking again is asking
/// once. Never called inside a database transaction.
/// </summary>
public sealed class PayoutProviders(IStripeGateway stripe, MercadoPagoClient pix, TimeProvider clock)
{
    // Well within the day for which providers remember a key.
    private static readonly TimeSpan KeyTrust = TimeSpan.FromHours(12);

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
            return await SendPixAsync(payout, cancellation);
        }

        if (payout.Asks > 0 || payout.Tries > 0)
        {
            // A key is forgotten after a day, the payout's transfers are not.
            if (await FindAsync(payout, cancellation) is not ProviderAnswer<TransferFact?>.Done { Value: var stands })
            {
                return new ProviderAnswer<TransferFact>.Unknown("the payout's transfers are not told");
            }

            if (stands is not null)
            {
                return new ProviderAnswer<TransferFact>.Done(stands);
            }
        }

        return (await stripe.CreateTransfer(
            new(payout.Id, payout.StripeAccountId!, payout.NetAmount, payout.Currency, $"Payout {payout.PeriodStart:yyyy-MM-dd} to {payout.PeriodEnd:yyyy-MM-dd}"),
            payout.OperationId!,
            cancellation)).Select(TransferFact.Of);
    }

    // There is no search by reference. Under its key the question gives what was made; once that is forgotten the only answer would be
    // that its reference was used, or another transfer: then a notification, the reconciliation or a person has to tell.
    private async Task<ProviderAnswer<TransferFact>> SendPixAsync(Payout payout, CancellationToken cancellation)
    {
        if (payout.Asks > 0 && clock.GetUtcNow() > payout.AskedAt + KeyTrust)
        {
            return new ProviderAnswer<TransferFact>.Unknown("it was asked for too long ago to be asked for again");
        }

        var sent = (await pix.SendPix(OrderOf(payout), payout.OperationId!, cancellation)).Select(TransferFact.Of);
        // Of what may have been made before, a no is no proof that it was not.
        return sent is ProviderAnswer<TransferFact>.Refused { Code: var code } && payout.Asks > 0
            ? new ProviderAnswer<TransferFact>.Unknown($"refused after an answer was lost: {code}")
            : sent;
    }

    /// <summary>The transfer of a payout that its provider lists, if it has one; null: this provider has no search by reference.</summary>
    public async Task<ProviderAnswer<TransferFact?>?> FindAsync(Payout payout, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(payout);
        return payout.IsPix
            ? null
            : (await stripe.ListTransfers(payout.Id, cancellation)).Select(all => all.FirstOrDefault(t => !t.IsReversed) is { } stands ? TransferFact.Of(stands) : null);
    }

    /// <summary>A transfer as it stands, and which payout it says it is.</summary>
    public async Task<ProviderAnswer<NamedTransfer>> IdentifyAsync(string method, string transferId, CancellationToken cancellation)
    {
        if (method == PayoutMethod.Pix)
        {
            return (await pix.GetPixTransfer(transferId, cancellation)).Select(transfer =>
                PixTransferOrder.Read(transfer.ExternalReference) is ({ } payoutId, var attempt)
                    ? new NamedTransfer(payoutId, attempt, TransferFact.Of(transfer))
                    : new NamedTransfer(PayoutId: null, Attempt: null, TransferFact.Of(transfer)));
        }

        return (await stripe.GetTransfer(transferId, cancellation)).Select(transfer => new NamedTransfer(
            transfer.Metadata.TryGetValue("payout_id", out var text) && Guid.TryParse(text, out var id) ? id : null, Attempt: null, TransferFact.Of(transfer)));
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
