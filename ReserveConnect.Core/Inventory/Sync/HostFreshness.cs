namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// How fresh a property is: the badge of whoever shows one. As SQL, to be put into a query on <c>reserve.properties_map p</c>;
/// it costs one row by primary key per city. Needs the parameter <c>@staleBefore</c>: now less
/// <see cref="HostSyncOptions.StaleAfter"/>. Anybody may read it.
/// </summary>
public static class HostFreshness
{
    /// <summary>Joins <c>m</c>, the city's mark.</summary>
    public const string Join =
        """
        LEFT JOIN reserve.host_marks m ON m.city_id = p.city_id AND m.job_type = 'availability_sync'
        """;

    /// <summary>
    /// Two columns. <c>host_last_synced_at</c>: what the Host said last of the city's nights it said of each property in it, in
    /// so far as nothing of it was refused. <c>is_stale</c>: something was, or the Host has said nothing for too long.
    /// </summary>
    public const string Columns =
        """
        CASE
            WHEN p.sync_status = 'failed' THEN p.host_last_synced_at
            ELSE GREATEST(p.host_last_synced_at, m.confirmed_at)
        END AS host_last_synced_at,
        (p.sync_status = 'failed' OR m.confirmed_at IS NULL OR m.confirmed_at < @staleBefore) AS is_stale
        """;
}
