using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class AllAtOnce : IRace
{
    public string Name => "all-at-once";

    public string Story => "the hold ends, the guest leaves and the payment arrives at the same instant: one end, and the money follows it";

    public IReadOnlyDictionary<string, int> Floors { get; } = new Dictionary<string, int>
    {
        ["ended confirmed"] = 4,
        ["ended cancelled"] = 30,
        ["ended expired"] = 3,
        ["paid and left"] = 15,
    };

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 40);
        var nights = lane.Chance.From("nights", 1, 2);
        var guests = lane.Chance.OneOf("guests", 1, 1, 1, 2, 3);
        var reports = ReportOrders.Draw(lane);
        var (pay, leave, look) = (lane.Chance.Pause("pay pause ms", 20), lane.Chance.Pause("leave pause ms", 20), lane.Chance.Pause("look pause ms", 20));
        var leaves = lane.Chance.Often("leaves", 75);
        var looks = lane.Chance.Often("looks", 25);
        var early = lane.Chance.Often("before the end", 25);

        var held = await lane.HoldAsync(nights, singleRoom: true, guests);
        var charge = await lane.BeginAsync(held, byPix);
        ReportOrders.Order(lane, charge, reports);
        await lane.JustBeforeAsync(early ? charge.HoldExpiresAt - TimeSpan.FromMinutes(1) : charge.HoldExpiresAt);
        await Lane.AtOnceAsync(
            (pay, async () => lane.IsPaid = await lane.Guests.PayAsync(charge) is true),
            (leave, () => leaves ? lane.Guests.LeaveAsync(held) : Task.CompletedTask),
            (look, () => looks ? lane.Guests.LookAsync(held) : Task.CompletedTask));
        if (leaves && lane.IsPaid)
            lane.Met("paid and left");
        // Nobody else can have the room; but money that is only reserved may be let go where the hold ends.
        if (!leaves && lane.IsPaid && (byPix || !lane.CapturesLater))
            lane.MustEnd = "confirmed";
    }

    public string? Wrong(Lane lane, Facts facts) =>
        (lane.IsPaid, facts.Ends[0]) switch
        {
            (false, "confirmed") => "nobody paid, and it was confirmed",
            (true, var end) when (lane.MustEnd ?? end) != end => $"paid by a guest who stays, and {end}",
            _ => null,
        };

    public IEnumerable<string> Seen(Lane lane, Facts facts) => [$"ended {facts.Ends[0]}"];
}
