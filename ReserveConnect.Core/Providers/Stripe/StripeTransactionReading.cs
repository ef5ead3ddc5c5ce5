using System.Text.Json;

namespace ReserveConnect.Providers.Stripe;

/// <summary>A balance transaction as it is read; amounts in minor units.</summary>
/// <param name="Source">An id, or the object where it was asked for.</param>
internal sealed record StripeTransaction(string Id, string Type, long Amount, long Fee, string Currency, long Created, JsonElement? Source = null);

internal sealed record StripeTransactionList(IReadOnlyList<StripeTransaction> Data, bool HasMore);

/// <summary>Balance transactions as our records.</summary>
internal static class StripeTransactionReading
{
    public static ProviderTransactionPage Page(StripeTransactionList list) =>
        new([.. list.Data.Select(Transaction)], list.HasMore && list.Data.Count > 0 ? list.Data[^1].Id : null);

    private static ProviderTransaction Transaction(StripeTransaction transaction)
    {
        var currency = StripeReading.Currency(transaction.Currency);
        var source = IdOf(transaction.Source);
        // What is nothing but a fee is listed as an amount.
        var (amount, fee) = transaction.Type is "stripe_fee" or "stripe_fx_fee" or "tax_fee" ? (0, transaction.Fee - transaction.Amount) : (transaction.Amount, transaction.Fee);
        return new ProviderTransaction(
            StripeReading.Id(transaction.Id),
            transaction.Type,
            MovementOf(transaction.Type, source),
            ReferenceOf(transaction.Source) ?? source ?? transaction.Id,
            source,
            MinorUnits.To(amount, currency),
            MinorUnits.To(fee, currency),
            currency,
            StripeReading.Instant(transaction.Created)!.Value);
    }

    // An adjustment is a dispute's, or Stripe's own.
    private static string MovementOf(string type, string? source) => type switch
    {
        "charge" or "payment" => ProviderMovement.Payment,
        "refund" or "refund_failure" or "payment_refund" or "payment_failure_refund" => ProviderMovement.Refund,
        "adjustment" when source?.StartsWith("du_", StringComparison.Ordinal) is true || source?.StartsWith("dp_", StringComparison.Ordinal) is true => ProviderMovement.Dispute,
        "transfer" or "transfer_refund" or "transfer_cancel" or "transfer_failure" => ProviderMovement.Payout,
        _ => type,
    };

    private static string? ReferenceOf(JsonElement? source) =>
        source is not { ValueKind: JsonValueKind.Object } whole ? null
        : Text(whole, "object") == "transfer_reversal" ? IdOf(Member(whole, "transfer"))
        : IdOf(Member(whole, "payment_intent")) ?? IdOf(Member(whole, "charge"));

    private static string? IdOf(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } id => id.GetString(),
        { ValueKind: JsonValueKind.Object } whole => Text(whole, "id"),
        _ => null,
    };

    private static JsonElement? Member(JsonElement whole, string name) => whole.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement whole, string name) =>
        whole.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
