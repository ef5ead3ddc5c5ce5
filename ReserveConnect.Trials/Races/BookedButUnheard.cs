using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class BookedButUnheard : IRace
{
    public string Name => "booked-but-unheard";

    public string Story => "the Host booked and its answer was lost: the booking is found and stands once, or the money goes back and the Host is freed";

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 30);
        var nights = lane.Chance.From("nights", 1, 2);
        var guests = lane.Chance.OneOf("guests", 1, 1, 1, 2);
        var lost = lane.Chance.From("booking answers lost", 1, 6);
        var questions = lane.Chance.OneOf("questions lost", 0, 0, 1, 3, 6, 12);
        var undos = lane.Chance.OneOf("cancellations lost", 0, 0, 1, 4);
        var before = lane.Chance.Often("lost on the way there", 25);
        var reports = lane.Chance.OneOf("reports", Reports.Plain, Reports.Twice, Reports.Reordered);

        var held = await lane.HoldAsync(nights, singleRoom: true, guests);
        await lane.Trouble.AtHostAsync(new { kind = before ? "cut_before_work" : "cut_after_work", method = "POST", path = "/v1/bookings", count = lost, mentions = $"{held.IntentId}" });
        if (questions > 0)
            await lane.Trouble.AtHostAsync(new { kind = "status", status = 503, method = "GET", count = questions, mentions = $"{held.IntentId}" });
        if (undos > 0)
            await lane.Trouble.AtHostAsync(new { kind = "cut_after_work", method = "POST", path = "*/cancel", count = undos, mentions = $"{held.IntentId}" });
        var charge = await lane.BeginAsync(held, byPix);
        await ReportOrders.OrderAsync(lane, charge, reports);
        await lane.Guests.PayAsync(charge);
        await lane.UntilAsync(held, "confirmed", "cancelled");
    }

    public string? Wrong(Lane lane, IReadOnlyList<string> ends) =>
        ends is ["confirmed" or "cancelled", ..] ? null : $"paid, and ended as {string.Join(", ", ends)}";
}
