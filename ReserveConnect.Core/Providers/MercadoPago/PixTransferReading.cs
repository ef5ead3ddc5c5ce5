using System.Text.Json;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>
/// Transaction intents as our records. Two generations of the documentation name the states differently; both agree once
/// the receiver's detail is read with the status. What neither knows throws <see cref="JsonException"/>: then the outcome is unknown.
/// </summary>
internal static class PixTransferReading
{
    public static PixTransfer Transfer(MercadoPagoTransactionIntent intent)
    {
        var detail = Detail(intent.Transaction.To?.Accounts is { Count: > 0 } receivers ? receivers[0] : null);
        var state = State(intent.Status, detail);
        return new PixTransfer(
            string.IsNullOrEmpty(intent.Id) ? throw new JsonException("a transaction intent without id") : intent.Id,
            state,
            intent.Transaction.TotalAmount,
            state is PixTransferState.Failed or PixTransferState.Returned ? detail ?? intent.Status : null,
            intent.ExternalReference ?? throw new JsonException("a transaction intent without our reference"),
            intent.CreatedDate ?? throw new JsonException("a transaction intent without its instant"))
        {
            AmountReturned = state == PixTransferState.Returned ? intent.Transaction.TotalAmount : intent.Transaction.RefundedAmount,
        };
    }

    private static PixTransferState State(string status, string? detail) => (status, detail) switch
    {
        // Approved and nothing more is, in the newer pages, one that was taken and not yet sent.
        ("approved", "approved" or "accredited" or "partially_refunded") => PixTransferState.Succeeded,
        ("approved" or "created" or "pending" or "in_process" or "processing" or "partially_processed", _) => PixTransferState.Pending,
        ("processed" or "success", _) => PixTransferState.Succeeded,
        ("refunded", _) => PixTransferState.Returned,
        ("rejected" or "error" or "canceled" or "cancelled", _) => PixTransferState.Failed,
        _ => throw new JsonException("a transaction intent of unknown status"),
    };

    private static string? Detail(MercadoPagoReceiver? receiver)
    {
        if (receiver?.StatusDetail is { Length: > 0 } word)
            return word;
        if (receiver?.StatusDetails is not { ValueKind: JsonValueKind.Array } details || details.GetArrayLength() == 0)
            return null;
        var last = details[details.GetArrayLength() - 1];
        return last.ValueKind == JsonValueKind.String ? last.GetString()
            : last.ValueKind == JsonValueKind.Object && last.TryGetProperty("status_detail", out var named) ? named.GetString()
            : null;
    }
}
