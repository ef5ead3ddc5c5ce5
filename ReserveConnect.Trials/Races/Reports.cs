using ReserveConnect.Sandbox.Webhooks;
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

    private static readonly TimeSpan _longestReorder = TimeSpan.FromMilliseconds(50);

    /// <summary>Draws one.</summary>
    public static Reports Draw(Lane lane) => lane.Chance.OneOf("reports", Enum.GetValues<Reports>());

    /// <summary>Gives the order.</summary>
    /// <param name="lane">Whose.</param>
    /// <param name="charge">Reports on it.</param>
    /// <param name="reports">What becomes of them.</param>
    /// <param name="lateness">Of a late one; null: <see cref="Lateness"/>.</param>
    /// <param name="refundsOnly">Only of those that follow its payment.</param>
    public static void Order(Lane lane, Charge charge, Reports reports, TimeSpan? lateness = null, bool refundsOnly = false)
    {
        var rule = reports switch
        {
            Reports.Twice => new WebhookRule(WebhookAction.Double, Count: 4),
            Reports.Reordered => new WebhookRule(WebhookAction.Reorder, DelayMs: (int)_longestReorder.TotalMilliseconds),
            Reports.Late => new WebhookRule(WebhookAction.Delay, Count: null, DelayMs: (int)(lateness ?? Lateness).TotalMilliseconds),
            Reports.Never => new WebhookRule(WebhookAction.Drop, Count: null),
            _ => null,
        };
        if (rule is null)
            return;
        rule = rule with { Mentions = charge.Id };
        if (!refundsOnly)
        {
            lane.Trouble.Webhooks(charge.IsPix, rule);
        }
        else if (charge.IsPix)
        {
            // All that it says is that something changed: the first time, that it was paid.
            lane.Trouble.Webhooks(charge.IsPix, rule with { Skip = 1 });
        }
        else
        {
            lane.Trouble.Webhooks(charge.IsPix, rule with { Type = "refund.*" });
            lane.Trouble.Webhooks(charge.IsPix, rule with { Type = "charge.refund*" });
        }
    }
}
