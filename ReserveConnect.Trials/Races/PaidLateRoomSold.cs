using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class PaidLateRoomSold : IRace
{
    public string Name => "paid-late-room-sold";

    public string Story => "paid after expiry while others book the same room: one gets it, the late money goes back unless it was the first";

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 50);
        var nights = lane.Chance.From("nights", 1, 2);
        var reports = ReportOrders.Draw(lane);
        var rivals = lane.Chance.OneOf("rivals", 1, 1, 2, 3);
        var isSold = lane.Chance.Often("room sold before", 50);
        var rivalByPix = lane.Chance.Often("rival pays by pix", 30);
        var (late, rival) = (lane.Chance.Pause("late pause ms", 15), lane.Chance.Pause("rival pause ms", lane.Chance.OneOf("at most", 15, 150, 1_500)));

        var (_, charge) = await SilentProvider.ExpiredAsync(lane, byPix, nights, singleRoom: true, guests: 1, reports);
        // A PIX was paid before: hearing of it is what comes at the same moment.
        var heard = lane.Now + TimeSpan.FromSeconds(30);
        async Task PayLateAsync()
        {
            if (!byPix)
                await lane.Guests.PayAsync(charge);
            await lane.Trouble.CalmAsync(charge.Id);
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

        if (byPix)
            await lane.JustBeforeAsync(heard);
        await Lane.AtOnceAsync((late, PayLateAsync), (rival, BookAsync));
    }

    // One room: whoever is late holds it no more, and of the others one does.
    public string? Wrong(Lane lane, IReadOnlyList<string> ends) =>
        ends.Count <= 2 && ends.Count(end => end == "confirmed") == 1 && ends.All(end => end is "confirmed" or "cancelled" or "expired")
            ? null
            : $"of those who paid for one room ended: {string.Join(", ", ends)}";
}
