using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <inheritdoc cref="Story"/>
internal sealed class PaidTwice : IRace
{
    private const string OneAfterTheOther = "one tab after the other";
    private const string AtOnce = "both tabs at once";
    private const string SameWay = "both tabs the same way";
    private const string WhileItOpens = "pays while the other tab opens";

    public string Name => "paid-twice";

    public string Story => "paid twice, in two tabs, by card and by PIX or both the same way: one booking, and what came on top goes back";

    public IReadOnlyDictionary<string, int> Floors { get; } = new Dictionary<string, int>
    {
        ["two charges paid"] = 20,
        ["one charge for two tabs"] = 12,
        ["gave money back"] = 15,
    };

    public async Task RunAsync(Lane lane)
    {
        var way = lane.Chance.OneOf("way", OneAfterTheOther, OneAfterTheOther, AtOnce, SameWay, WhileItOpens);
        var nights = lane.Chance.From("nights", 1, 2);
        var guests = lane.Chance.OneOf("guests", 1, 1, 1, 2);
        var reports = lane.Chance.OneOf("reports", Reports.Plain, Reports.Twice, Reports.Reordered);
        var firstByPix = lane.Chance.Often("first tab pix", 50);
        var (first, second) = (lane.Chance.Pause("first pause ms", 15), lane.Chance.Pause("second pause ms", lane.Chance.OneOf("at most", 15, 15, 500)));

        var held = await lane.HoldAsync(nights, singleRoom: true, guests);
        var paid = new Payments(lane);
        switch (way)
        {
            case OneAfterTheOther:
                await OneAfterTheOtherAsync(lane, paid, held, reports, first, second);
                break;
            case AtOnce:
                await Lane.AtOnceAsync((first, () => OpenAndPayAsync(lane, paid, held, firstByPix)), (second, () => OpenAndPayAsync(lane, paid, held, !firstByPix)));
                break;
            case SameWay:
                await Lane.AtOnceAsync((first, () => OpenAndPayAsync(lane, paid, held, firstByPix)), (second, () => OpenAndPayAsync(lane, paid, held, firstByPix)));
                if (paid.Opened.Count == 1)
                    lane.Met("one charge for two tabs");
                else
                    lane.Complain($"two tabs of one method were given the charges {string.Join(", ", paid.Opened)}");
                break;
            default:
                var charge = await lane.BeginAsync(held, firstByPix);
                ReportOrders.Order(lane, charge, reports);
                await Lane.AtOnceAsync((first, () => paid.PayAsync(charge)), (second, () => OpenAndPayAsync(lane, paid, held, !firstByPix)));
                break;
        }
    }

    public string? Wrong(Lane lane, Facts facts) =>
        !lane.IsPaid || facts.Ends is ["confirmed", ..] ? null : $"paid, and ended as {string.Join(", ", facts.Ends)}";

    public IEnumerable<string> Seen(Lane lane, Facts facts)
    {
        if (facts.Intents.Any(intent => intent.Refunds.Count > 0))
            yield return "gave money back";
    }

    // The PIX is withdrawn when the card is chosen, and its transfer, under way already, arrives all the same.
    private static async Task OneAfterTheOtherAsync(Lane lane, Payments paid, Held held, Reports reports, TimeSpan first, TimeSpan second)
    {
        var pix = await lane.BeginAsync(held, byPix: true);
        ReportOrders.Order(lane, pix, reports);
        var card = await lane.BeginAsync(held, byPix: false);
        ReportOrders.Order(lane, card, reports);
        await Lane.AtOnceAsync((first, () => paid.PayAsync(pix, withdrawn: true)), (second, () => paid.PayAsync(card)));
    }

    private static async Task OpenAndPayAsync(Lane lane, Payments paid, Held held, bool byPix)
    {
        if ((await lane.Guests.BeginAsync(held, byPix)).Value is { } charge)
            await paid.PayAsync(charge);
    }

    /// <summary>What the tabs of a lane have paid.</summary>
    private sealed class Payments(Lane lane)
    {
        private readonly Lock _gate = new();
        private readonly HashSet<string> _paid = [];

        /// <summary>The charges that were to be paid.</summary>
        public HashSet<string> Opened { get; } = [];

        public async Task PayAsync(Charge charge, bool withdrawn = false)
        {
            lock (_gate)
                Opened.Add(charge.Id);
            if (await lane.Guests.PayAsync(charge, withdrawn: withdrawn) is not true)
                return;
            // What comes on a PIX that was withdrawn goes back, whatever becomes of the card.
            if (!withdrawn)
                lane.IsPaid = true;
            bool isSecond;
            lock (_gate)
                isSecond = _paid.Add(charge.Id) && _paid.Count == 2;
            if (isSecond)
                lane.Met("two charges paid");
        }
    }
}
