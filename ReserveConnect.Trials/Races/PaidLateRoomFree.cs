using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class PaidLateRoomFree : IRace
{
    public string Name => "paid-late-room-free";

    public string Story => "paid after expiry, the room still free: the nights are taken again and the booking stands";

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 50);
        var nights = lane.Chance.From("nights", 1, 2);
        var singleRoom = lane.Chance.Often("single room", 70);
        var reports = ReportOrders.Draw(lane);
        var twoTabs = lane.Chance.Often("pays in two tabs", 20);

        var (held, charge) = await SilentProvider.ExpiredAsync(lane, byPix, nights, singleRoom, guests: 1, reports);
        if (!byPix)
            await Task.WhenAll(Enumerable.Range(0, twoTabs ? 2 : 1).Select(_ => lane.Guests.PayAsync(charge)));
        await lane.UntilAsync(held, "confirmed");
    }

    public string? Wrong(Lane lane, IReadOnlyList<string> ends) => ends is ["confirmed"] ? null : $"late money for a free room ended as {string.Join(", ", ends)}";
}
