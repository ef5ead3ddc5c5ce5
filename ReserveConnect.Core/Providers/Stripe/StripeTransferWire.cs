using System.Text.Json.Serialization;

namespace ReserveConnect.Providers.Stripe;

/// <summary>A transfer as it is read; amounts in minor units.</summary>
internal sealed record StripeTransfer(
    string Id,
    long Amount,
    long AmountReversed,
    string Currency,
    bool Reversed,
    long Created,
    [property: JsonConverter(typeof(StripeIdConverter))] string? Destination = null,
    Dictionary<string, string>? Metadata = null);

internal sealed record StripeTransferList(IReadOnlyList<StripeTransfer> Data, bool HasMore);

/// <param name="Available">One entry a currency.</param>
/// <param name="Pending">The same.</param>
internal sealed record StripeBalance(IReadOnlyList<StripeBalanceAmount> Available, IReadOnlyList<StripeBalanceAmount> Pending);

internal sealed record StripeBalanceAmount(long Amount, string Currency);
