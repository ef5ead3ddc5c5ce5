using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class PaidLateRoomFree : IRace
{
    public string Name => "paid-late-room-free";

    public string Story => "paid after expiry, the room still free: the nights are taken again and the booking stands; heard within the grace: it never expired";

    public IReadOnlyDictionary<string, int> Floors { get; } = new Dictionary<string, int>
    {
        ["expired unheard"] = 40,
        ["heard in the grace"] = 12,
        ["heard in time"] = 8,
        ["kept in the grace"] = 15,
        ["paid late and booked"] = 20,
        ["left, and paid all the same"] = 5,
    };

    public async Task RunAsync(Lane lane)
    {
        var nights = lane.Chance.From("nights", 1, 2);
        var singleRoom = lane.Chance.Often("single room", 70);
        var silence = Silence.Draw(lane, leaves: 20, Heard.AfterTheGrace, Heard.AfterTheGrace, Heard.AfterTheGrace, Heard.InTheGrace, Heard.BeforeTheEnd);
        var twoTabs = lane.Chance.Often("pays in two tabs", 20);
        var (pay, calm) = (lane.Chance.Pause("pay pause ms", 15), lane.Chance.Pause("provider answers again after ms", 15));

        var (held, charge) = await SilentProvider.BeginAsync(lane, silence, nights, singleRoom);
        async Task PayAsync()
        {
            if (await lane.Guests.PayAsync(charge) is true)
                lane.IsPaid = true;
        }

        await Lane.AtOnceAsync(
            (pay, () => silence.ByPix ? Task.CompletedTask : Task.WhenAll(Enumerable.Range(0, twoTabs ? 2 : 1).Select(_ => PayAsync()))),
            (calm, () =>
            {
                lane.Trouble.Calm(silence.ByPix, charge.Id);
                return Task.CompletedTask;
            }));
        if (silence.Leaves && lane.IsPaid)
            lane.Met("left, and paid all the same");
        if (!silence.Leaves)
            await lane.UntilAsync(held, lane.IsPaid ? "confirmed" : "expired");
    }

    // A provider that answers again before the guest has paid is asked to close the charge, and then nobody pays.
    public string? Wrong(Lane lane, Facts facts)
    {
        var leaves = lane.WasMet.Contains("left, and paid all the same") || lane.Chance.Drawn.Contains("leaves=True");
        string[] right = (leaves, lane.IsPaid) switch
        {
            (true, true) => ["cancelled"],
            (true, false) => ["cancelled", "expired"],
            (false, true) => ["confirmed"],
            _ => ["expired"],
        };
        return facts.Ends is [var end] && right.Contains(end) ? null : $"{(leaves ? "left, " : "")}{(lane.IsPaid ? "paid" : "not paid")}, and ended as {string.Join(", ", facts.Ends)}";
    }

    public IEnumerable<string> Seen(Lane lane, Facts facts)
    {
        if (facts.Intents is [{ Status: "confirmed", Revivals: > 0 }])
            yield return "paid late and booked";
    }
}
