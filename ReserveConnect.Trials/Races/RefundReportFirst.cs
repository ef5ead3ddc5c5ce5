using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class RefundReportFirst : IRace
{
    private const string Mismatch = "the amount does not fit";
    private const string Cancelled = "the booking is given up";
    private const string Partly = "an agent gives some back";
    // Real time, on a machine that may be busy with all other lanes.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    public string Name => "refund-report-first";

    public string Story =>
        "the webhook of a refund, of all or of a part, arrives before the call that asked for it has returned; refunds that pend, fail, or are answered to nobody";

    public IReadOnlyDictionary<string, int> Floors { get; } = new Dictionary<string, int>
    {
        ["reported first"] = 50,
        ["the answer was lost"] = 40,
        [Mismatch] = 12,
        [Cancelled] = 20,
        [Partly] = 20,
    };

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 50);
        var nights = lane.Chance.From("nights", 1, 2);
        var drawn = lane.Chance.OneOf("because", Mismatch, Cancelled, Partly);
        var percent = lane.Chance.From("part in percent", 5, 95);
        var chargedTo = lane.Chance.OneOf("charged to", "platform", "property");
        var slowness = lane.Chance.Pause("answered after the report ms", lane.Chance.OneOf("at most", 0, 20, 120));
        var lost = lane.Chance.OneOf("answers lost", 0, 0, 1, 3, 5);
        var outcome = lane.Chance.OneOf("refund", "made", "made", "pending", "failed first");
        var settled = lane.Chance.Often("a pending one is made", 60);
        var pends = TimeSpan.FromMinutes(lane.Chance.OneOf("pends minutes", 0, 0, 2, 90));
        var reports = lane.Chance.OneOf("reports", Reports.Plain, Reports.Plain, Reports.Twice, Reports.Reordered, Reports.Late, Reports.Never);
        // What a card has only reserved is let go, and not refunded: that is another race.
        var because = drawn == Mismatch && !byPix && lane.CapturesLater ? Cancelled : drawn;

        var held = await lane.HoldAsync(nights, singleRoom: true);
        var charge = await lane.BeginAsync(held, byPix);
        lane.Met(because);
        if (because != Mismatch)
        {
            await lane.Guests.PayAsync(charge);
            await lane.UntilAsync(held, "confirmed");
        }
        else if (!byPix)
        {
            await lane.Trouble.FalsifyAsync(charge, held.Total - 1);
        }

        ReportOrders.Order(lane, charge, reports, refundsOnly: because == Mismatch);
        if (outcome != "made")
            await lane.Trouble.RefundsAsync(charge, outcome == "pending" ? "pending" : "failed", outcome == "pending" ? "in_process" : "rejected", 1);
        var refund = byPix ? $"/v1/payments/{charge.Id}/refunds" : "/v1/refunds";
        var answer = lane.Trouble.Hold(byPix, "POST", refund, charge.Id);
        if (lost > 1)
            lane.Trouble.AtProvider(byPix, new Fault(FaultKind.CutAfterWork, "POST", refund, lost - 1, Mentions: charge.Id));
        if (lost > 0)
            lane.Met("the answer was lost");
        var watch = lane.Trouble.Watch(byPix, charge.Id);
        var since = lane.Now - TimeSpan.FromHours(1);
        await AskForItAsync(lane, held, charge, because, percent, chargedTo);

        // The refund is made, and who asked for it does not know it yet.
        var work = await answer.Done.WaitAsync(_patience, TimeProvider.System);
        if (reports is not (Reports.Late or Reports.Never) && await watch.CameAsync(work.Begun, _patience))
            lane.Met("reported first");
        await Task.Delay(slowness, TimeProvider.System);
        answer.LetGo(isLost: lost > 0);
        if (outcome == "pending")
        {
            var booked = await lane.Trouble.ChargesAsync(byPix, held.IntentId, since);
            if (pends > TimeSpan.Zero)
                await lane.AtAsync(lane.Now + pends);
            foreach (var pending in booked.SelectMany(c => c.Refunds))
                await lane.Trouble.SettleRefundAsync(byPix, pending.Id, settled);
        }

        if (because == Mismatch)
            await lane.UntilAsync(held, "cancelled");
    }

    public string? Wrong(Lane lane, Facts facts) =>
        facts.Ends is [var end] && end == (lane.WasMet.Contains(Mismatch) ? "cancelled" : "confirmed") && facts.Intents[0].Refunds.Count > 0
            ? null
            : $"money to give back, and ended as {string.Join(", ", facts.Ends)}";

    private static async Task AskForItAsync(Lane lane, Held held, Charge charge, string because, int percent, string chargedTo)
    {
        switch (because)
        {
            case Mismatch:
                await lane.Guests.PayAsync(charge, charge.IsPix ? held.Total - 1 : null);
                break;
            case Cancelled:
                var given = await lane.Guests.BookedAsync(held);
                var quoted = await lane.Guests.QuoteAsync(held, given);
                lane.Agree(held, new(quoted, IsCancelled: true));
                await lane.Guests.CancelAsync(held, given, quoted);
                break;
            default:
                var part = decimal.Round(held.Total * percent / 100m, 2);
                lane.Agree(held, new(part, IsCancelled: false));
                await lane.Guests.GiveBackAsync(await lane.Guests.BookedAsync(held), part, chargedTo);
                break;
        }
    }
}
