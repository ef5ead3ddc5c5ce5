using System.Text.Json;

namespace ReserveConnect.Providers.Stripe;

/// <summary>Stripe's objects as our records. What cannot be understood throws <see cref="JsonException"/>: the outcome
/// of that call is then unknown, which is what a status of a kind never seen before is.</summary>
internal static class StripeReading
{
    private static readonly Dictionary<string, string> Empty = [];

    public static CardPayment Payment(StripePaymentIntent intent)
    {
        var currency = Currency(intent.Currency);
        var charge = intent.LatestCharge;
        var card = charge?.PaymentMethodDetails?.Card ?? intent.LastPaymentError?.PaymentMethod?.Card;
        return new CardPayment(
            Id(intent.Id),
            PaymentStatus(intent.Status),
            MinorUnits.To(intent.Amount, currency),
            MinorUnits.To(intent.AmountCapturable, currency),
            MinorUnits.To(intent.AmountReceived, currency),
            MinorUnits.To(charge?.AmountRefunded ?? 0, currency),
            currency,
            intent.ClientSecret,
            charge?.Id,
            Fee(charge?.BalanceTransaction, currency),
            card?.Brand,
            card?.Last4,
            card?.Funding,
            intent.NextAction?.Type,
            intent.LastPaymentError?.Code,
            intent.LastPaymentError?.DeclineCode,
            intent.LastPaymentError?.Message,
            intent.Metadata ?? Empty)
        {
            ChargedAt = Instant(charge?.Created),
        };
    }

    public static CardDispute Dispute(StripeDispute dispute)
    {
        var currency = Currency(dispute.Currency);
        return new CardDispute(
            Id(dispute.Id),
            DisputeStatus(dispute.Status),
            MinorUnits.To(dispute.Amount, currency),
            currency,
            dispute.Reason,
            dispute.PaymentIntent,
            Instant(dispute.EvidenceDetails?.DueBy),
            Instant(dispute.Created)!.Value,
            Moved(dispute.BalanceTransactions, -1, currency),
            Moved(dispute.BalanceTransactions, 1, currency));
    }

    public static CardRefund Refund(StripeRefund refund)
    {
        var currency = Currency(refund.Currency);
        return new CardRefund(
            Id(refund.Id),
            RefundStatus(refund.Status),
            MinorUnits.To(refund.Amount, currency),
            currency,
            refund.PaymentIntent,
            refund.Charge,
            refund.FailureReason,
            refund.Metadata ?? Empty);
    }

    public static StripePage<CardRefund> Page(StripeRefundList list) => new([.. list.Data.Select(Refund)], list.HasMore);

    /// <summary>The provider's sentence out of an error body, null if it is none of Stripe's.</summary>
    public static ProviderRefusal? Refusal(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, StripeJson.Default.StripeErrorBody)?.Error is { } error
                ? new ProviderRefusal(error.Code ?? error.Type, error.Message ?? "")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static decimal? Fee(StripeBalanceTransaction? transaction, string currency) =>
        transaction is { Fee: { } fee }
        && string.Equals(transaction.Currency, currency, StringComparison.OrdinalIgnoreCase)
            ? MinorUnits.To(fee, currency)
            : null;

    // The movements in one direction, a fee alone as its own sign says: of a withdrawal the fee comes on top, of a reinstatement it is given back.
    private static DisputedMoney? Moved(IReadOnlyList<StripeBalanceTransaction> movements, int direction, string currency)
    {
        if (movements.Any(m => m.Fee is null || !string.Equals(m.Currency, currency, StringComparison.OrdinalIgnoreCase)))
            throw new JsonException("a dispute whose money moved in another currency, or without its fee");
        var these = movements.Where(m => (m.Amount == 0 ? -Math.Sign(m.Fee!.Value) : Math.Sign(m.Amount)) == direction).ToList();
        var (amount, fee) = (these.Sum(m => m.Amount) * direction, these.Sum(m => m.Fee!.Value) * -direction);
        return these.Count == 0 ? null
            : fee < 0 ? throw new JsonException("a dispute's fee on the wrong side")
            : new DisputedMoney(MinorUnits.To(amount, currency), MinorUnits.To(fee, currency));
    }

    public static DateTimeOffset? Instant(long? seconds) => seconds switch
    {
        null => null,
        >= 0 and <= 253_402_300_799 => DateTimeOffset.FromUnixTimeSeconds(seconds.Value),
        _ => throw new JsonException("an instant out of range"),
    };

    public static string Id(string? id) =>
        string.IsNullOrEmpty(id) ? throw new JsonException("an object without id") : id;

    public static string Currency(string? currency) =>
        currency is not null && MinorUnits.Counts(currency)
            ? currency.ToUpperInvariant()
            : throw new JsonException("an object in a currency that is not counted here");

    private static CardPaymentStatus PaymentStatus(string? status) => status switch
    {
        "requires_payment_method" => CardPaymentStatus.RequiresPaymentMethod,
        "requires_confirmation" => CardPaymentStatus.RequiresConfirmation,
        "requires_action" => CardPaymentStatus.RequiresAction,
        "processing" => CardPaymentStatus.Processing,
        "requires_capture" => CardPaymentStatus.RequiresCapture,
        "canceled" => CardPaymentStatus.Canceled,
        "succeeded" => CardPaymentStatus.Succeeded,
        _ => throw new JsonException("a payment intent of unknown status"),
    };

    private static CardDisputeStatus DisputeStatus(string? status) => status switch
    {
        "warning_needs_response" => CardDisputeStatus.WarningNeedsResponse,
        "warning_under_review" => CardDisputeStatus.WarningUnderReview,
        "warning_closed" => CardDisputeStatus.WarningClosed,
        "needs_response" => CardDisputeStatus.NeedsResponse,
        "under_review" => CardDisputeStatus.UnderReview,
        "won" => CardDisputeStatus.Won,
        "lost" => CardDisputeStatus.Lost,
        "prevented" => CardDisputeStatus.Prevented,
        _ => throw new JsonException("a dispute of unknown status"),
    };

    private static CardRefundStatus RefundStatus(string? status) => status switch
    {
        "pending" => CardRefundStatus.Pending,
        "requires_action" => CardRefundStatus.RequiresAction,
        "succeeded" => CardRefundStatus.Succeeded,
        "failed" => CardRefundStatus.Failed,
        "canceled" => CardRefundStatus.Canceled,
        _ => throw new JsonException("a refund of unknown status"),
    };
}

/// <summary>One page of a list.</summary>
internal sealed record StripePage<T>(IReadOnlyList<T> Items, bool HasMore);
