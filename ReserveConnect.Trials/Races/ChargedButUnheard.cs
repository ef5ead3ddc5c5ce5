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

    public async Task RunAsync(Lane lane)
    {
        var byPix = lane.Chance.Often("pix", 50);
        var nights = lane.Chance.From("nights", 1, 2);
        var openings = lane.Chance.OneOf("opening answers lost", 0, 1, 2, 3, 5, 8, 40);
        var looks = lane.Chance.From("looks lost", 0, 4);
        var browser = lane.Chance.Often("browser's answer lost", 40);
        var reports = ReportOrders.Draw(lane);
        var comesBack = lane.Chance.Often("guest looks again", 50);

        var held = await lane.HoldAsync(nights, singleRoom: true);
        if (openings > 0)
            await lane.Trouble.AtProviderAsync(byPix, new { kind = "cut_after_work", method = "POST", count = openings, mentions = $"{held.IntentId}" });
        if (await OpenAsync(lane, held, byPix) is not { } charge)
            return;
        await ReportOrders.OrderAsync(lane, charge, reports);
        if (looks > 0)
            await lane.Trouble.AtProviderAsync(byPix, new { kind = "cut_after_work", method = "GET", count = looks, mentions = charge.Id });
        if (browser && !byPix)
            await lane.Trouble.AtProviderAsync(byPix, new { kind = "cut_after_work", method = "POST", path = "*/confirm", count = 1, mentions = charge.Id });
        lane.IsPaid = await lane.Guests.PayAsync(charge) is not false;
        if (comesBack)
            await lane.Guests.LookAsync(held);
    }

    public string? Wrong(Lane lane, IReadOnlyList<string> ends) =>
        ends is [var end] && end == (lane.IsPaid ? "confirmed" : "expired") ? null : $"{(lane.IsPaid ? "paid" : "not paid")}, and ended as {string.Join(", ", ends)}";

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
