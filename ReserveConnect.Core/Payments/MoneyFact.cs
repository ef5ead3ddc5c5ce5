using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Payments;

/// <summary>Where a charge stands at its provider.</summary>
public enum MoneyState
{
    /// <summary>It can be paid.</summary>
    Open,

    /// <summary>The last try was declined; it can be tried again (cards).</summary>
    Declined,

    /// <summary>The provider works on it: it cannot be counted on, and a card's cannot be closed.</summary>
    Processing,

    /// <summary>The card has reserved the money.</summary>
    Authorized,

    /// <summary>The provider has the money, or had it before giving it back.</summary>
    Paid,

    /// <summary>It can no longer be paid and never was.</summary>
    Closed,
}

/// <summary>What a provider says about one charge, in the words of neither provider.</summary>
/// <param name="Amount">Received, reserved or asked for, by <paramref name="State"/>.</param>
public sealed record MoneyFact(MoneyState State, string ProviderPaymentId, decimal Amount, string Currency)
{
    public string? ChargeId { get; init; }

    public decimal? Fee { get; init; }

    /// <summary>What of money that came in has gone back, by whoever's hand.</summary>
    public decimal Refunded { get; init; }

    /// <summary>PIX: where its payer disputes it; null: nowhere.</summary>
    public DisputeFact? Dispute { get; init; }

    /// <summary>Whether money that came in was taken back by the payer's bank, and is not back with us.</summary>
    public bool IsTakenBack => Dispute is { HasMoney: true };

    public string? ClientSecret { get; init; }

    public string? CardBrand { get; init; }

    public string? CardLast4 { get; init; }

    public bool IsDebitCard { get; init; }

    public string? ActionType { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>PIX: the provider has refused it, which is a failure as a card's no is; a charge that ran out or was withdrawn is none.</summary>
    public bool IsRejected { get; init; }

    /// <summary>PIX: the provider looks at it, and can still be told to leave it.</summary>
    public bool IsUnderReview { get; init; }

    /// <summary>Whether the provider closes it when asked to.</summary>
    public bool CanBeClosed => State is MoneyState.Open or MoneyState.Declined || IsUnderReview;

    public string? ErrorMessage { get; init; }

    /// <summary>PIX: the code to copy and paste.</summary>
    public string? PixCode { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The instant at which it was paid or reserved; null where the provider does not say.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    public string? PayerName { get; init; }

    /// <summary>Masked.</summary>
    public string? PayerDocument { get; init; }

    public static MoneyFact Of(CardPayment card)
    {
        var state = card.Status switch
        {
            CardPaymentStatus.Succeeded => MoneyState.Paid,
            CardPaymentStatus.RequiresCapture => MoneyState.Authorized,
            CardPaymentStatus.Canceled => MoneyState.Closed,
            CardPaymentStatus.Processing => MoneyState.Processing,
            CardPaymentStatus.RequiresPaymentMethod when card.ErrorCode is not null => MoneyState.Declined,
            _ => MoneyState.Open,
        };
        var amount = state switch
        {
            MoneyState.Paid => card.AmountReceived,
            MoneyState.Authorized => card.AmountCapturable,
            _ => card.Amount,
        };
        return new(state, card.Id, amount, card.Currency)
        {
            ChargeId = card.ChargeId,
            Fee = card.Fee,
            // What was reserved and let go counts as refunded there, and never came in.
            Refunded = state == MoneyState.Paid ? card.AmountRefunded : 0m,
            ClientSecret = card.ClientSecret,
            CardBrand = card.CardBrand,
            CardLast4 = card.CardLast4,
            IsDebitCard = card.CardFunding == "debit",
            ActionType = card.Status == CardPaymentStatus.RequiresAction ? card.NextActionType : null,
            ErrorCode = card.DeclineCode ?? card.ErrorCode,
            ErrorMessage = card.ErrorMessage,
            PaidAt = state is MoneyState.Paid or MoneyState.Authorized ? card.ChargedAt : null,
        };
    }

    public static MoneyFact Of(PixPayment pix)
    {
        var state = pix.Status switch
        {
            PixPaymentStatus.Approved or PixPaymentStatus.Refunded or PixPaymentStatus.ChargedBack or PixPaymentStatus.InMediation => MoneyState.Paid,
            PixPaymentStatus.Authorized or PixPaymentStatus.InProcess => MoneyState.Processing,
            PixPaymentStatus.Rejected or PixPaymentStatus.Cancelled => MoneyState.Closed,
            _ => MoneyState.Open,
        };
        return new(state, pix.Id, pix.Amount, pix.Currency)
        {
            ChargeId = state == MoneyState.Paid ? pix.Id : null,
            Fee = pix.Fee,
            Refunded = state == MoneyState.Paid ? pix.AmountRefunded : 0m,
            Dispute = DisputeFact.Of(pix),
            ErrorCode = state == MoneyState.Closed ? pix.StatusDetail : null,
            IsRejected = pix.Status == PixPaymentStatus.Rejected,
            IsUnderReview = state == MoneyState.Processing,
            PixCode = pix.QrCode,
            PaidAt = pix.ApprovedAt,
            ExpiresAt = pix.ExpiresAt,
            PayerName = pix.PayerName,
            PayerDocument = pix.PayerDocument,
        };
    }
}
