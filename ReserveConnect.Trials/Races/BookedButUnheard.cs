using ReserveConnect.Booking;
using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class BookedButUnheard : IRace
{
    private const string MustBook = "sure to be booked";
    private const string MustBack = "sure to go back";
    private static readonly TimeSpan _moment = TimeSpan.FromMinutes(1);

    public string Name => "booked-but-unheard";

    public string Story => "the Host booked and its answer was lost: the booking is found and stands once, or the money goes back and the Host is freed";

    public IReadOnlyDictionary<string, int> Floors { get; } = new Dictionary<string, int>
    {
        ["booked, and the answer lost"] = 45,
        ["lost, and booked all the same"] = 45,
        ["given back after the decision's time"] = 8,
        ["silent until all was decided"] = 2,
    };

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 30);
        var nights = lane.Chance.From("nights", 1, 2);
        var guests = lane.Chance.OneOf("guests", 1, 1, 1, 2);
        var lost = lane.Chance.From("booking answers lost", 1, 6);
        var questions = lane.Chance.OneOf("questions lost", 0, 0, 1, 3, 6, 12);
        var undos = lane.Chance.OneOf("cancellations lost", 0, 0, 1, 4);
        var voids = lane.Chance.OneOf("voids lost", 0, 0, 1, 3);
        var before = lane.Chance.Often("lost on the way there", 40);
        var saysNo = lane.Chance.Often("says no to the next", 50);
        var isSilent = lane.Chance.Often("silent until all is decided", 6);
        var reports = lane.Chance.OneOf("reports", Reports.Plain, Reports.Twice, Reports.Reordered);

        var held = await lane.HoldAsync(nights, singleRoom: true, guests);
        var mentions = $"{held.IntentId}";
        lane.Trouble.AtHost(new Fault(before ? FaultKind.CutBeforeWork : FaultKind.CutAfterWork, "POST", "/v1/bookings", lost, Mentions: mentions));
        // One that has booked is found; to one that has not, the next request is refused.
        if (saysNo)
            lane.Trouble.AtHost(new Fault(FaultKind.Status, "POST", "/v1/bookings", Count: null, Status: 409, Mentions: mentions));
        if (questions > 0)
            lane.Trouble.AtHost(new Fault(FaultKind.Status, "GET", Count: questions, Status: 503, Mentions: mentions));
        if (undos > 0)
            lane.Trouble.AtHost(new Fault(FaultKind.CutAfterWork, "POST", "*/cancel", undos, Mentions: mentions));
        var charge = await lane.BeginAsync(held, byPix);
        if (voids > 0 && !byPix && lane.CapturesLater)
            lane.Trouble.AtProvider(byPix, new Fault(FaultKind.CutAfterWork, "POST", "*/cancel", voids, Mentions: charge.Id));
        ReportOrders.Order(lane, charge, reports);
        if (isSilent)
            lane.Trouble.AtHost(new Fault(FaultKind.Status, Count: null, Status: 503, Mentions: mentions));
        await lane.Guests.PayAsync(charge);
        if (!before)
            lane.Met("booked, and the answer lost");
        // A Host that has it and can be asked says so; one that never got it gets it later, unless it says no.
        lane.Met(isSilent || (before && saysNo) ? MustBack : MustBook);
        if (isSilent)
            await StaySilentAsync(lane, held, mentions);
        else
            await lane.UntilAsync(held, "confirmed", "cancelled");
    }

    public string? Wrong(Lane lane, Facts facts)
    {
        var right = lane.WasMet.Contains(MustBook) ? "confirmed" : lane.WasMet.Contains(MustBack) ? "cancelled" : null;
        return facts.Ends is ["confirmed" or "cancelled", ..] && (right ?? facts.Ends[0]) == facts.Ends[0] ? null : $"paid, and ended as {string.Join(", ", facts.Ends)}, not as {right}";
    }

    public IEnumerable<string> Seen(Lane lane, Facts facts)
    {
        if (lane.Trouble.Hits($"{facts.Intents[0].Id}") == 0)
            yield break;
        yield return facts.Ends[0] == "confirmed" ? "lost, and booked all the same" : "given back after the decision's time";
    }

    private static async Task StaySilentAsync(Lane lane, Held held, string mentions)
    {
        var options = new BookingOptions();
        await lane.AtAsync(lane.Now + options.HostQueueTime + _moment);
        await lane.UntilAsync(held, "host_commit_failed");
        await lane.AtAsync(lane.Now + options.HostFailureDecisionTime + _moment);
        await lane.UntilAsync(held, "cancelled");
        lane.Met("silent until all was decided");
        // Now it is heard again, with a booking that nobody wants any more.
        lane.Trouble.CalmHost(mentions);
    }
}
