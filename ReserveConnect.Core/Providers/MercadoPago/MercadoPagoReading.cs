using System.Text.Json;
using ReserveConnect.Privacy;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>Mercado Pago's objects as our records. What cannot be understood throws <see cref="JsonException"/>: the
/// outcome of that call is then unknown.</summary>
internal static class MercadoPagoReading
{
    public static PixPayment Payment(MercadoPagoPayment payment)
    {
        var shown = payment.PointOfInteraction?.TransactionData;
        return new PixPayment(
            Id(payment.Id),
            PaymentStatus(payment.Status),
            payment.StatusDetail,
            payment.TransactionAmount,
            payment.TransactionAmountRefunded ?? 0m,
            payment.CurrencyId ?? throw new JsonException("a payment without currency"),
            Fee(payment.FeeDetails),
            payment.DateOfExpiration,
            payment.DateApproved,
            shown?.QrCode,
            shown?.QrCodeBase64,
            shown?.TicketUrl,
            payment.ExternalReference,
            Name(payment.Payer),
            TaxDocument.Mask(payment.Payer?.Identification?.Number));
    }

    public static PixRefund Refund(MercadoPagoRefund refund) => new(Id(refund.Id), RefundStatus(refund.Status), refund.Amount);

    /// <summary>The first cause's code if there is one: it is finer than <c>error</c>, which may be as coarse as <c>bad_request</c>.</summary>
    public static ProviderRefusal? Refusal(ReadOnlyMemory<byte> body)
    {
        try
        {
            var error = JsonSerializer.Deserialize(body.Span, MercadoPagoJson.Default.MercadoPagoError);
            var cause = error?.Cause is { Count: > 0 } causes ? causes[0] : null;
            return (cause?.Code ?? error?.Error) is { Length: > 0 } code
                ? new ProviderRefusal(code, error?.Message ?? cause?.Description ?? "")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What we are charged; what the payer bears is none of ours. Before it is paid there is no list, or an empty one.</summary>
    private static decimal? Fee(IReadOnlyList<MercadoPagoFee>? fees) =>
        fees is { Count: > 0 } ? fees.Where(fee => fee.FeePayer != "payer").Sum(fee => fee.Amount ?? 0m) : null;

    private static string? Name(MercadoPagoPayer? payer) =>
        $"{payer?.FirstName} {payer?.LastName}".Trim() is { Length: > 0 } name ? name : null;

    private static string Id(string? id) =>
        string.IsNullOrEmpty(id) ? throw new JsonException("an object without id") : id;

    private static PixPaymentStatus PaymentStatus(string? status) => status switch
    {
        "pending" => PixPaymentStatus.Pending,
        "approved" => PixPaymentStatus.Approved,
        "authorized" => PixPaymentStatus.Authorized,
        "in_process" => PixPaymentStatus.InProcess,
        "in_mediation" => PixPaymentStatus.InMediation,
        "rejected" => PixPaymentStatus.Rejected,
        "cancelled" => PixPaymentStatus.Cancelled,
        "refunded" => PixPaymentStatus.Refunded,
        "charged_back" => PixPaymentStatus.ChargedBack,
        _ => throw new JsonException("a payment of unknown status"),
    };

    private static PixRefundStatus RefundStatus(string? status) => status switch
    {
        "approved" => PixRefundStatus.Approved,
        "in_process" => PixRefundStatus.InProcess,
        "rejected" => PixRefundStatus.Rejected,
        "cancelled" => PixRefundStatus.Cancelled,
        "authorized" => PixRefundStatus.Authorized,
        _ => throw new JsonException("a refund of unknown status"),
    };
}
