using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class PaidTwice : IRace
{
    public string Name => "paid-twice";

    public string Story => "paid twice, in two tabs, by card and by PIX: one booking, and what came on top goes back";

    public async Task RunAsync(Lane lane)
    {
        var way = lane.Chance.OneOf("way", "one tab after the other", "one tab after the other", "both tabs at once", "pays while the other tab opens");
        var nights = lane.Chance.From("nights", 1, 2);
        var guests = lane.Chance.OneOf("guests", 1, 1, 1, 2);
        var reports = lane.Chance.OneOf("reports", Reports.Plain, Reports.Twice, Reports.Reordered);
        var firstByPix = lane.Chance.Often("first tab pix", 50);
        var (first, second) = (lane.Chance.Pause("first pause ms", 15), lane.Chance.Pause("second pause ms", lane.Chance.OneOf("at most", 15, 15, 500)));

        var held = await lane.HoldAsync(nights, singleRoom: true, guests);
        switch (way)
        {
            case "one tab after the other":
                await OneAfterTheOtherAsync(lane, held, reports, first, second);
                break;
            case "both tabs at once":
                await Lane.AtOnceAsync((first, () => OpenAndPayAsync(lane, held, firstByPix)), (second, () => OpenAndPayAsync(lane, held, !firstByPix)));
                break;
            default:
                var charge = await lane.BeginAsync(held, firstByPix);
                await ReportOrders.OrderAsync(lane, charge, reports);
                await Lane.AtOnceAsync((first, () => PayAsync(lane, charge)), (second, () => OpenAndPayAsync(lane, held, !firstByPix)));
                break;
        }
    }

    public string? Wrong(Lane lane, IReadOnlyList<string> ends) =>
        !lane.IsPaid || ends is ["confirmed", ..] ? null : $"paid, and ended as {string.Join(", ", ends)}";

    // The PIX is withdrawn when the card is chosen, and its transfer, under way already, arrives all the same.
    private static async Task OneAfterTheOtherAsync(Lane lane, Held held, Reports reports, TimeSpan first, TimeSpan second)
    {
        var pix = await lane.BeginAsync(held, byPix: true);
        await ReportOrders.OrderAsync(lane, pix, reports);
        var card = await lane.BeginAsync(held, byPix: false);
        await ReportOrders.OrderAsync(lane, card, reports);
        await Lane.AtOnceAsync((first, () => lane.Guests.PayAsync(pix, withdrawn: true)), (second, () => PayAsync(lane, card)));
    }

    private static async Task OpenAndPayAsync(Lane lane, Held held, bool byPix)
    {
        if ((await lane.Guests.BeginAsync(held, byPix)).Value is { } charge)
            await PayAsync(lane, charge);
    }

    private static async Task PayAsync(Lane lane, Charge charge)
    {
        if (await lane.Guests.PayAsync(charge) is true)
            lane.IsPaid = true;
    }
}
