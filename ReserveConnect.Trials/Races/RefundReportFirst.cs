using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class RefundReportFirst : IRace
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public string Name => "refund-report-first";

    public string Story => "the webhook of a refund arrives before the call that asked for it has returned; refunds that pend, fail, or are answered to nobody";

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 50);
        var nights = lane.Chance.From("nights", 1, 2);
        var slowness = lane.Chance.From("answer after ms", 0, 120);
        var lost = lane.Chance.OneOf("answers lost", 0, 0, 1, 3, 5);
        var outcome = lane.Chance.OneOf("refund", "made", "made", "pending", "failed first");
        var settled = lane.Chance.Often("a pending one is made", 60);
        var pends = TimeSpan.FromMinutes(lane.Chance.OneOf("pends minutes", 0, 0, 2, 90));
        var reports = ReportOrders.Draw(lane);

        var held = await lane.HoldAsync(nights, singleRoom: true);
        var charge = await lane.BeginAsync(held, byPix);
        // Money that does not fit is what goes back at once.
        if (!byPix)
            await lane.Trouble.FalsifyAsync(charge, held.Total - 1);
        if (outcome != "made")
            await lane.Trouble.RefundsAsync(charge, outcome == "pending" ? "pending" : "failed", outcome == "pending" ? "in_process" : "rejected", 1);
        var refund = byPix ? $"/v1/payments/{charge.Id}/refunds" : "/v1/refunds";
        if (slowness > 0)
            await lane.Trouble.AtProviderAsync(byPix, new { kind = "slow_answer", method = "POST", path = refund, delay_ms = slowness, count = 1, mentions = charge.Id });
        if (lost > 0)
            await lane.Trouble.AtProviderAsync(byPix, new { kind = "cut_after_work", method = "POST", path = refund, count = lost, mentions = charge.Id });
        var since = lane.Now - TimeSpan.FromMinutes(1);
        await lane.Guests.PayAsync(charge, byPix ? held.Total - 1 : null);
        if (reports is Reports.Late or Reports.Never)
        {
            // The report of the payment itself has to come, or nothing would go back yet.
            await lane.Guests.LookAsync(held);
        }

        await ReportOrders.OrderAsync(lane, charge, reports);
        if (outcome == "pending")
        {
            var booked = await lane.Trouble.ChargesAsync(byPix, held.IntentId, since, withRefund: true, _patience);
            if (pends > TimeSpan.Zero)
                await lane.AtAsync(lane.Now + pends);
            foreach (var pending in booked.SelectMany(c => c.Refunds))
                await lane.Trouble.SettleRefundAsync(byPix, pending.Id, settled);
        }

        await lane.UntilAsync(held, "cancelled");
    }

    public string? Wrong(Lane lane, IReadOnlyList<string> ends) => ends is ["cancelled"] ? null : $"money to give back, and ended as {string.Join(", ", ends)}";
}
