using ReserveConnect.Booking;
using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <summary>When a silent provider is heard again.</summary>
internal enum Heard
{
    BeforeTheEnd,
    InTheGrace,
    AfterTheGrace,
}

/// <summary>What is drawn of a silence.</summary>
/// <param name="Minutes">Into the grace, or before the end of the hold.</param>
/// <param name="Leaves">Whether the guest has given the stay up meanwhile.</param>
/// <param name="IsTried">Whether somebody else asks for the nights when the hold has just run out.</param>
internal sealed record Silence(bool ByPix, Reports Reports, Heard Heard, int Minutes, bool Leaves, bool IsTried)
{
    /// <summary>Draws one.</summary>
    /// <param name="lane">Whose.</param>
    /// <param name="leaves">In so many of a hundred cases the guest leaves.</param>
    /// <param name="heard">When it may be heard.</param>
    public static Silence Draw(Lane lane, int leaves, params Heard[] heard) => new(
        lane.Chance.Often("pix", 50), ReportOrders.Draw(lane), lane.Chance.OneOf("heard", heard), lane.Chance.From("minutes", 1, 9), lane.Chance.Often("leaves", leaves),
        lane.Chance.Often("tried in the grace", 40));
}

/// <summary>
/// How money comes to be late: its provider is silent until the hold and its grace are over. A card is then paid truly late; a
/// PIX, which its provider itself closes with the hold, was paid in time and is heard of late. Heard sooner, it is in time.
/// </summary>
internal static class SilentProvider
{
    private static readonly TimeSpan _moment = TimeSpan.FromSeconds(1);

    // And a little more: the saga asks again every half minute.
    private static readonly TimeSpan _overGrace = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Holds, begins to pay, and comes back when the provider is about to be heard: the charge open, the provider still silent, and the
    /// intent expired if that is after the grace.
    /// </summary>
    public static async Task<(Held Held, Charge Charge)> BeginAsync(Lane lane, Silence silence, int nights, bool singleRoom)
    {
        var held = await lane.HoldAsync(nights, singleRoom);
        var charge = await lane.BeginAsync(held, silence.ByPix);
        // Silent to us: a guest's browser still gets through.
        string[] paths = silence.ByPix ? [$"/v1/payments/{charge.Id}"] : [$"/v1/payment_intents/{charge.Id}", $"/v1/payment_intents/{charge.Id}/cancel"];
        foreach (var path in paths)
            lane.Trouble.AtProvider(silence.ByPix, new Fault(FaultKind.Status, Status: 503, Path: path, Count: null, Mentions: charge.Id));
        var heard = silence.Heard switch
        {
            Heard.BeforeTheEnd => charge.HoldExpiresAt - TimeSpan.FromMinutes(silence.Minutes),
            Heard.InTheGrace => charge.HoldExpiresAt + TimeSpan.FromMinutes(silence.Minutes),
            _ => charge.HoldExpiresAt + new BookingOptions().ProviderGrace + _overGrace,
        };
        // Reported when the provider answers again, or later, or it is only heard when it is asked.
        var reported = heard - lane.Now + (silence.Reports == Reports.Late ? ReportOrders.Lateness : _overGrace);
        ReportOrders.Order(
            lane, charge, silence is { ByPix: true, Reports: not (Reports.Never or Reports.Twice) } ? Reports.Late : silence.Reports, silence.ByPix ? reported : null);
        if (silence.ByPix)
            lane.IsPaid = await lane.Guests.PayAsync(charge) is true;
        if (silence.Leaves)
            await lane.Guests.LeaveAsync(held);
        if (silence.Heard != Heard.BeforeTheEnd)
        {
            await lane.AtAsync(charge.HoldExpiresAt + _moment);
            if (silence.IsTried && singleRoom)
                await TryAsync(lane);
        }

        await lane.AtAsync(heard);
        if (silence.Heard == Heard.AfterTheGrace)
        {
            await lane.UntilAsync(held, "expired");
            lane.Met("expired unheard");
        }
        else
        {
            lane.Met(silence.Heard == Heard.InTheGrace ? "heard in the grace" : "heard in time");
        }

        return (held, charge);
    }

    // The hold is over, and the room is kept as long as nobody knows whether it was paid.
    private static async Task TryAsync(Lane lane)
    {
        if (await lane.RivalAsync(number: 0) is null)
            lane.Met("kept in the grace");
        else
            lane.Complain("the room was sold within the grace");
    }
}
