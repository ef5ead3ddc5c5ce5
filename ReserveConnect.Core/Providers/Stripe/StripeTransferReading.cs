using System.Text.Json;

namespace ReserveConnect.Providers.Stripe;

/// <summary>Transfers and the balance as our records. What cannot be understood throws <see cref="JsonException"/>.</summary>
internal static class StripeTransferReading
{
    private static readonly Dictionary<string, string> Empty = [];

    public static CardTransfer Transfer(StripeTransfer transfer)
    {
        var currency = StripeReading.Currency(transfer.Currency);
        return new CardTransfer(
            StripeReading.Id(transfer.Id),
            MinorUnits.To(transfer.Amount, currency),
            MinorUnits.To(transfer.AmountReversed, currency),
            currency,
            transfer.Destination ?? throw new JsonException("a transfer without destination"),
            transfer.Reversed,
            StripeReading.Instant(transfer.Created)!.Value,
            transfer.Metadata ?? Empty);
    }

    public static StripePage<CardTransfer> Page(StripeTransferList list) => new([.. list.Data.Select(Transfer)], list.HasMore);

    /// <summary>What of the balance is BRL: nothing else is sold in, so nothing else can be sent.</summary>
    public static ProviderBalance Balance(StripeBalance balance) => new(Brl(balance.Available), Brl(balance.Pending));

    private static decimal Brl(IReadOnlyList<StripeBalanceAmount> amounts) =>
        MinorUnits.To(amounts.Where(amount => string.Equals(amount.Currency, "brl", StringComparison.OrdinalIgnoreCase)).Sum(amount => amount.Amount), "BRL");
}
