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
        var (pay, calm) = (lane.Chance.Pause("pay pause ms", 15), lane.Chance.Pause("provider answers again after ms", 15));

        var (held, charge) = await SilentProvider.ExpiredAsync(lane, byPix, nights, singleRoom, guests: 1, reports);
        lane.IsPaid = byPix;
        async Task PayAsync()
        {
            if (await lane.Guests.PayAsync(charge) is true)
                lane.IsPaid = true;
        }

        await Lane.AtOnceAsync(
            (pay, () => byPix ? Task.CompletedTask : Task.WhenAll(Enumerable.Range(0, twoTabs ? 2 : 1).Select(_ => PayAsync()))),
            (calm, () => lane.Trouble.CalmAsync(charge.Id)));
        await lane.UntilAsync(held, lane.IsPaid ? "confirmed" : "expired");
    }

    // A provider that answers again before the guest has paid is asked to close the charge, and then nobody pays.
    public string? Wrong(Lane lane, IReadOnlyList<string> ends) =>
        ends is [var end] && end == (lane.IsPaid ? "confirmed" : "expired") ? null : $"{(lane.IsPaid ? "paid late" : "not paid")}, and ended as {string.Join(", ", ends)}";
}
