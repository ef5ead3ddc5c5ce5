using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Payments;

/// <summary>What a provider says about a disputed charge, in the words of neither provider.</summary>
/// <param name="Id">The provider's; of Mercado Pago, which has no object for it, the payment's with <c>mp:</c> before it.</param>
/// <param name="Status">One of <see cref="DisputeStatus"/>.</param>
/// <param name="Withdrawn">All that left our balance so far; null while nothing has.</param>
/// <param name="Reinstated">All that came back to it so far; null while nothing has.</param>
public sealed record DisputeFact(
    string Id,
    string Status,
    decimal Amount,
    string Currency,
    string Reason,
    DateTimeOffset? EvidenceDueBy,
    DateTimeOffset OpenedAt,
    DisputedMoney? Withdrawn,
    DisputedMoney? Reinstated)
{
    /// <summary>Whether the payer's bank has money that it has not given back.</summary>
    public bool HasMoney => (Withdrawn?.Amount ?? 0m) > (Reinstated?.Amount ?? 0m);

    /// <summary>A card's dispute; won is won once all that was taken is back.</summary>
    public static DisputeFact Of(CardDispute card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var fact = new DisputeFact(
            card.Id, "", card.Amount, card.Currency, card.Reason, card.EvidenceDueBy, card.OpenedAt, card.Withdrawn, card.Reinstated);
        return fact with
        {
            Status = card.Status switch
            {
                CardDisputeStatus.WarningNeedsResponse => DisputeStatus.WarningNeedsResponse,
                CardDisputeStatus.WarningUnderReview => DisputeStatus.WarningUnderReview,
                CardDisputeStatus.WarningClosed => DisputeStatus.WarningClosed,
                CardDisputeStatus.NeedsResponse => DisputeStatus.NeedsResponse,
                CardDisputeStatus.Won when fact.HasMoney => DisputeStatus.UnderReview,
                CardDisputeStatus.Won => DisputeStatus.Won,
                CardDisputeStatus.Lost => DisputeStatus.Lost,
                CardDisputeStatus.Prevented => DisputeStatus.Prevented,
                _ => DisputeStatus.UnderReview,
            },
        };
    }

    /// <summary>The id under which a PIX payment's dispute is kept.</summary>
    public static string IdOf(string pixPaymentId) => $"mp:{pixPaymentId}";

    /// <summary>
    /// A PIX payment that its payer disputes, or that their bank has taken back. In mediation the money is kept from us and not
    /// taken; an end that Mercado Pago does not name is none. Null: nothing of it is disputed.
    /// </summary>
    public static DisputeFact? Of(PixPayment pix)
    {
        ArgumentNullException.ThrowIfNull(pix);
        var rest = pix.Amount - pix.AmountRefunded;
        if (rest <= 0)
        {
            return null;
        }

        var taken = new DisputedMoney(rest, 0m);
        var (status, withdrawn, reinstated) = (pix.Status, pix.StatusDetail) switch
        {
            (PixPaymentStatus.InMediation, _) => (DisputeStatus.WarningUnderReview, null, null),
            (PixPaymentStatus.ChargedBack, "settled") => (DisputeStatus.Lost, taken, null),
            (PixPaymentStatus.ChargedBack, "reimbursed") => (DisputeStatus.Won, taken, taken),
            (PixPaymentStatus.ChargedBack, _) => (DisputeStatus.NeedsResponse, taken, null),
            _ => ("", (DisputedMoney?)null, (DisputedMoney?)null),
        };
        return status.Length == 0
            ? null
            : new(IdOf(pix.Id), status, rest, pix.Currency, pix.StatusDetail ?? "unknown", null, pix.ApprovedAt ?? DateTimeOffset.UnixEpoch, withdrawn, reinstated);
    }

    /// <summary>Of a PIX payment that is approved again: what was held is left to us, what was taken is back.</summary>
    public static DisputeFact Ended(PixPayment pix, Dispute dispute)
    {
        ArgumentNullException.ThrowIfNull(pix);
        ArgumentNullException.ThrowIfNull(dispute);
        var taken = dispute.WithdrawnAmount is { } amount ? new DisputedMoney(amount, 0m) : null;
        return new(
            dispute.ProviderDisputeId, taken is null ? DisputeStatus.WarningClosed : DisputeStatus.Won, pix.Amount, pix.Currency, pix.StatusDetail ?? "unknown",
            null, pix.ApprovedAt ?? DateTimeOffset.UnixEpoch, taken, taken);
    }
}
