namespace ReserveConnect.Inventory.Sync;

/// <summary>What is read of the Host, page by page.</summary>
/// <param name="Kind">Which list.</param>
/// <param name="CitySlug">The city's code at the Host.</param>
/// <param name="Since">Only what changed after this version; null: everything.</param>
/// <param name="From">First night.</param>
/// <param name="To">Day after the last night.</param>
/// <param name="HostPropertyId">Only this property; null: the whole city.</param>
/// <param name="By">The job, for the log; null where a webhook is the reason.</param>
internal sealed record SyncReading(
    SyncKind Kind, Guid CityId, string CitySlug, long? Since, DateOnly From, DateOnly To, Guid? HostPropertyId = null, Guid? By = null)
{
    public static SyncReading Of(SyncPlan plan) =>
        new(plan.Kind, plan.CityId, plan.CitySlug, plan.SinceVersion, plan.From, plan.To, By: plan.JobId);
}
