using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class ReportBeforeCommit : IRace
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public string Name => "report-before-commit";

    public string Story => "the webhook of a payment arrives before the call that opened it has returned and was stored";

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 50);
        var nights = lane.Chance.From("nights", 1, 2);
        var slowness = lane.Chance.From("answer after ms", 20, 120);
        var isLost = lane.Chance.Often("answer lost after all", 20);
        var reports = lane.Chance.OneOf("reports", Reports.Plain, Reports.Plain, Reports.Twice, Reports.Reordered);
        var looks = lane.Chance.Often("guest looks meanwhile", 30);

        var held = await lane.HoldAsync(nights, singleRoom: true);
        await lane.Trouble.AtProviderAsync(byPix, new { kind = "slow_answer", method = "POST", delay_ms = slowness, count = 1, mentions = $"{held.IntentId}" });
        if (isLost)
            await lane.Trouble.AtProviderAsync(byPix, new { kind = "cut_after_work", method = "POST", count = 1, mentions = $"{held.IntentId}" });
        var since = lane.Now - TimeSpan.FromSeconds(5);
        var opening = lane.Guests.BeginAsync(held, byPix);
        // The charge is there and its opener does not know it yet: now it is paid.
        var booked = (await lane.Trouble.ChargesAsync(byPix, held.IntentId, since, withRefund: false, _patience)).SingleOrDefault()
            ?? throw new InvalidOperationException("no charge was opened");
        var charge = new Charge(byPix, booked.Id, booked.ClientSecret, held.ExpiresAt);
        await ReportOrders.OrderAsync(lane, charge, reports);
        lane.IsPaid = await lane.Guests.PayAsync(charge) is true;
        if (looks)
            await lane.Guests.LookAsync(held);
        await opening;
        await lane.UntilAsync(held, "confirmed");
    }

    public string? Wrong(Lane lane, IReadOnlyList<string> ends) =>
        lane.IsPaid && ends is ["confirmed"] ? null : $"{(lane.IsPaid ? "paid" : "could not be paid")}, and ended as {string.Join(", ", ends)}";
}
