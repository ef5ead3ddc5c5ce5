using System.Globalization;
using System.Text.Json.Nodes;
using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class ReportBeforeCommit : IRace
{
    // Real time, on a machine that may be busy with all other lanes.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    public string Name => "report-before-commit";

    public string Story => "the webhook of a payment arrives before the call that opened it has returned and was stored";

    public IReadOnlyDictionary<string, int> Floors { get; } = new Dictionary<string, int> { ["reported first"] = 90 };

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 50);
        var nights = lane.Chance.From("nights", 1, 2);
        var slowness = lane.Chance.Pause("answered after the report ms", lane.Chance.OneOf("at most", 5, 40, 120));
        var isLost = lane.Chance.Often("answer lost after all", 20);
        var reports = lane.Chance.OneOf("reports", Reports.Plain, Reports.Plain, Reports.Twice, Reports.Reordered);
        var looks = lane.Chance.Often("guest looks meanwhile", 30);

        var held = await lane.HoldAsync(nights, singleRoom: true);
        var answer = lane.Trouble.Hold(byPix, "POST", byPix ? "/v1/payments" : "/v1/payment_intents", $"{held.IntentId}");
        var opening = lane.Guests.BeginAsync(held, byPix);
        // The charge is there and its opener does not know it yet: now it is paid.
        var opened = JsonNode.Parse((await answer.Done.WaitAsync(_patience, TimeProvider.System)).Answer)!;
        var charge = new Charge(byPix, Id(opened["id"]!), opened["client_secret"]?.GetValue<string>(), held.ExpiresAt);
        ReportOrders.Order(lane, charge, reports);
        var watch = lane.Trouble.Watch(byPix, charge.Id);
        var paidAt = lane.Now;
        lane.IsPaid = await lane.Guests.PayAsync(charge) is true;
        if (looks)
            await lane.Guests.LookAsync(held);
        if (await watch.CameAsync(paidAt, _patience))
            lane.Met("reported first");
        await Task.Delay(slowness, TimeProvider.System);
        answer.LetGo(isLost);
        await opening;
        await lane.UntilAsync(held, "confirmed");
    }

    public string? Wrong(Lane lane, Facts facts) =>
        lane.IsPaid && facts.Ends is ["confirmed"] ? null : $"{(lane.IsPaid ? "paid" : "could not be paid")}, and ended as {string.Join(", ", facts.Ends)}";

    private static string Id(JsonNode id) => id.GetValueKind() == System.Text.Json.JsonValueKind.Number ? id.GetValue<long>().ToString(CultureInfo.InvariantCulture) : id.GetValue<string>();
}
