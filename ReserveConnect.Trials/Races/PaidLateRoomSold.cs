using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class PaidLateRoomSold : IRace
{
    public string Name => "paid-late-room-sold";

    public string Story => "paid after expiry while others book the same room: one gets it, the late money goes back unless it was the first";

    public IReadOnlyDictionary<string, int> Floors { get; } = new Dictionary<string, int>
    {
        ["the late one lost"] = 40,
        ["the late one was first"] = 5,
        ["expired unheard"] = 60,
        ["heard in the grace"] = 10,
    };

    public async Task RunAsync(Lane lane)
    {
        var nights = lane.Chance.From("nights", 1, 2);
        var silence = Silence.Draw(lane, leaves: 0, Heard.AfterTheGrace, Heard.AfterTheGrace, Heard.AfterTheGrace, Heard.AfterTheGrace, Heard.InTheGrace);
        var rivals = lane.Chance.OneOf("rivals", 1, 1, 2, 3);
        var isSold = lane.Chance.Often("room sold before", 40);
        var rivalByPix = lane.Chance.Often("rival pays by pix", 30);
        var (late, rival) = (lane.Chance.Pause("late pause ms", 15), lane.Chance.Pause("rival pause ms", lane.Chance.OneOf("at most", 15, 150, 1_500)));

        var (_, charge) = await SilentProvider.BeginAsync(lane, silence, nights, singleRoom: true);
        // A PIX was paid before: hearing of it is what comes at the same moment.
        var heard = lane.Now + TimeSpan.FromSeconds(30);
        async Task PayLateAsync()
        {
            if (!silence.ByPix)
                await lane.Guests.PayAsync(charge);
            lane.Trouble.Calm(silence.ByPix, charge.Id);
        }

        async Task BookAsync()
        {
            var winners = (await Task.WhenAll(Enumerable.Range(1, rivals).Select(lane.RivalAsync))).OfType<Held>().ToList();
            foreach (var winner in winners)
                await lane.Guests.PayAsync(await lane.BeginAsync(winner, rivalByPix));
        }

        if (isSold)
        {
            await BookAsync();
            await PayLateAsync();
            return;
        }

        if (silence.ByPix)
            await lane.JustBeforeAsync(heard);
        await Lane.AtOnceAsync((late, PayLateAsync), (rival, BookAsync));
    }

    // One room: whoever is late holds it no more, and of the others one does. Within the grace nobody else does.
    public string? Wrong(Lane lane, Facts facts)
    {
        var most = lane.WasMet.Contains("expired unheard") ? 2 : 1;
        return facts.Ends.Count <= most && facts.Ends.Count(end => end == "confirmed") == 1 && facts.Ends.All(end => end is "confirmed" or "cancelled" or "expired")
            ? null
            : $"of those who paid for one room ended: {string.Join(", ", facts.Ends)}";
    }

    public IEnumerable<string> Seen(Lane lane, Facts facts)
    {
        if (!lane.WasMet.Contains("expired unheard"))
            yield break;
        yield return facts.Ends[0] == "confirmed" ? "the late one was first" : "the late one lost";
    }
}
