using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Races;

/// <summary>What becomes of a provider's reports on a charge: as they should come, twice, out of order, late or never.</summary>
internal enum Reports
{
    Plain,
    Twice,
    Reordered,
    Late,
    Never,
}

/// <summary>Orders for reports, made for one charge.</summary>
internal static class ReportOrders
{
    /// <summary>How late a late report is, by the clock of all.</summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromMinutes(1);

    /// <summary>Draws one.</summary>
    public static Reports Draw(Lane lane) => lane.Chance.OneOf("reports", Enum.GetValues<Reports>());

    /// <summary>Gives the order.</summary>
    public static Task OrderAsync(Lane lane, Charge charge, Reports reports, TimeSpan? lateness = null) => reports switch
    {
        Reports.Twice => lane.Trouble.WebhooksAsync(charge.IsPix, "double", charge.Id, count: 4),
        Reports.Reordered => lane.Trouble.WebhooksAsync(charge.IsPix, "reorder", charge.Id, delay: TimeSpan.FromMilliseconds(50)),
        Reports.Late => lane.Trouble.WebhooksAsync(charge.IsPix, "delay", charge.Id, count: null, delay: lateness ?? Lateness),
        Reports.Never => lane.Trouble.WebhooksAsync(charge.IsPix, "drop", charge.Id, count: null),
        _ => Task.CompletedTask,
    };
}
