using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class ChargedButUnheard : IRace
{
    /// <summary>Tabs that a guest reloads before giving up.</summary>
    private const int Reloads = 3;

    public string Name => "charged-but-unheard";

    public string Story => "the provider did what it was asked and its answer was lost: asked again, never guessed, charged once";

    public IReadOnlyDictionary<string, int> Floors { get; } = new Dictionary<string, int>
    {
        ["an answer was lost"] = 75,
        ["several answers were lost"] = 40,
        ["the answer to a capture was lost"] = 8,
    };

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 50);
        var nights = lane.Chance.From("nights", 1, 2);
        var openings = lane.Chance.OneOf("opening answers lost", 0, 1, 2, 3, 5, 8, 40);
        var looks = lane.Chance.From("looks lost", 0, 4);
        var browser = lane.Chance.Often("browser's answer lost", 40);
        var captures = lane.Chance.OneOf("capture answers lost", 0, 1, 2, 4);
        var reports = ReportOrders.Draw(lane);
        var comesBack = lane.Chance.Often("guest looks again", 50);

        var held = await lane.HoldAsync(nights, singleRoom: true);
        if (openings > 0)
            lane.Trouble.AtProvider(byPix, new Fault(FaultKind.CutAfterWork, "POST", Count: openings, Mentions: $"{held.IntentId}"));
        if (await OpenAsync(lane, held, byPix) is not { } charge)
            return;
        ReportOrders.Order(lane, charge, reports);
        if (looks > 0)
            lane.Trouble.AtProvider(byPix, new Fault(FaultKind.CutAfterWork, "GET", Count: looks, Mentions: charge.Id));
        if (browser && !byPix)
            lane.Trouble.AtProvider(byPix, new Fault(FaultKind.CutAfterWork, "POST", "*/confirm", Mentions: charge.Id));
        if (captures > 0 && !byPix && lane.CapturesLater)
        {
            lane.Trouble.AtProvider(byPix, new Fault(FaultKind.CutAfterWork, "POST", "*/capture", Count: captures, Mentions: charge.Id));
            lane.Met("the answer to a capture was lost");
        }

        lane.IsPaid = await lane.Guests.PayAsync(charge) is not false;
        if (comesBack)
            await lane.Guests.LookAsync(held);
    }

    public string? Wrong(Lane lane, Facts facts) =>
        facts.Ends is [var end] && end == (lane.IsPaid ? "confirmed" : "expired") ? null : $"{(lane.IsPaid ? "paid" : "not paid")}, and ended as {string.Join(", ", facts.Ends)}";

    public IEnumerable<string> Seen(Lane lane, Facts facts)
    {
        var lost = facts.Intents.Sum(intent => lane.Trouble.Hits($"{intent.Id}") + intent.Charges.Sum(charge => lane.Trouble.Hits(charge.Id)));
        if (lost > 0)
            yield return "an answer was lost";
        if (lost > 1)
            yield return "several answers were lost";
    }

    private static async Task<Charge?> OpenAsync(Lane lane, Held held, bool byPix)
    {
        for (var tries = 0; tries < Reloads; tries++)
        {
            if ((await lane.Guests.BeginAsync(held, byPix)).Value is { } charge)
                return charge;
        }

        return null;
    }
}
