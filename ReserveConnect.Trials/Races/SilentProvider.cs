using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <summary>
/// How money comes to be late: its provider is silent until the hold and its grace are over. A card is then paid truly late; a
/// PIX, which its provider itself closes with the hold, was paid in time and is heard of late.
/// </summary>
internal static class SilentProvider
{
    /// <summary>How long past its end a hold is kept for a silent provider, and a little more.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10.5);

    /// <summary>Holds, begins to pay, and comes back when the intent has expired with its charge open and its provider still silent.</summary>
    public static async Task<(Held Held, Charge Charge)> ExpiredAsync(Lane lane, bool byPix, int nights, bool singleRoom, int guests, Reports reports)
    {
        var held = await lane.HoldAsync(nights, singleRoom, guests);
        var charge = await lane.BeginAsync(held, byPix);
        // Silent to us: a guest's browser still gets through.
        foreach (var path in (string[])[$"/v1/payments/{charge.Id}", $"/v1/payment_intents/{charge.Id}", $"/v1/payment_intents/{charge.Id}/cancel"])
            await lane.Trouble.AtProviderAsync(byPix, new { kind = "status", status = 503, path, count = (int?)null, mentions = charge.Id });
        var over = charge.HoldExpiresAt + Grace;
        // Heard of when the provider answers again, or later, or only when it is asked.
        var heard = over - lane.Now + (reports == Reports.Late ? ReportOrders.Lateness : TimeSpan.FromSeconds(30));
        await ReportOrders.OrderAsync(lane, charge, byPix && reports is not (Reports.Never or Reports.Twice) ? Reports.Late : reports, byPix ? heard : null);
        if (byPix)
            await lane.Guests.PayAsync(charge);
        await lane.AtAsync(over);
        await lane.UntilAsync(held, "expired");
        return (held, charge);
    }
}
