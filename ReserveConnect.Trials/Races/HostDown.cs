using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class HostDown : IRace
{
    public string Name => "host-down";

    public string Story => "the Host is down while guests pay, and booked some of them before it fell silent: they wait their turn, and each is booked once or gets the money back";

    // In the world of the other races a circuit never opens, because its faults are meant for one seed each. Here they close the door for all.
    public IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?> { ["Reserve:HostConnect:CircuitMinimumCalls"] = "2" };

    public IReadOnlyDictionary<string, int> Floors { get; } = new Dictionary<string, int>
    {
        ["waited for the Host"] = 40,
        ["waited, and booked"] = 30,
        ["booked before it fell silent"] = 10,
    };

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 30);
        var nights = lane.Chance.From("nights", 1, 2);
        var guests = lane.Chance.OneOf("guests", 1, 1, 2);
        var minutes = lane.Chance.OneOf("down for minutes", 0, 1, 1, 2, 4, 8, 23);
        var isBooked = lane.Chance.Often("booked before it fell silent", 30);
        var seconds = lane.Chance.From("paid after seconds", 0, 40);
        var reports = lane.Chance.OneOf("reports", Reports.Plain, Reports.Twice, Reports.Reordered);

        var held = await lane.HoldAsync(nights, singleRoom: true, guests);
        var mentions = $"{held.IntentId}";
        if (minutes > 0 && isBooked)
        {
            lane.Trouble.AtHost(new Fault(FaultKind.CutAfterWork, "POST", "/v1/bookings", Mentions: mentions));
            lane.Met("booked before it fell silent");
        }

        if (minutes > 0)
            lane.Trouble.AtHost(new Fault(FaultKind.Status, Count: null, Status: 503, Mentions: mentions));
        var charge = await lane.BeginAsync(held, byPix);
        ReportOrders.Order(lane, charge, reports);
        var from = lane.Now;
        if (seconds > 0)
            await lane.AtAsync(from + TimeSpan.FromSeconds(seconds));
        await lane.Guests.PayAsync(charge);
        await lane.AtAsync(from + TimeSpan.FromMinutes(minutes + 1));
        lane.Trouble.CalmHost(mentions);
        await lane.UntilAsync(held, "confirmed", "cancelled");
    }

    public string? Wrong(Lane lane, Facts facts) =>
        // How long the Host was away for a booking its own minutes do not say: the circuit is open for all while it is away for one.
        facts.Ends is ["confirmed" or "cancelled", ..] ? null : $"paid, and ended as {string.Join(", ", facts.Ends)}";

    public IEnumerable<string> Seen(Lane lane, Facts facts)
    {
        if (!facts.Intents[0].HasWaited)
            yield break;
        yield return "waited for the Host";
        if (facts.Ends[0] == "confirmed")
            yield return "waited, and booked";
    }
}
