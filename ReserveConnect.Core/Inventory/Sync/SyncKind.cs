namespace ReserveConnect.Inventory.Sync;

/// <summary>What a sync job reads from the Host.</summary>
public enum SyncKind
{
    /// <summary>Properties of a city.</summary>
    Properties,

    /// <summary>Room types of a city, with their rate plans.</summary>
    RoomTypes,

    /// <summary>Nights of a city's room types.</summary>
    Availability,
}

/// <summary>How a kind is stored.</summary>
internal static class SyncKinds
{
    /// <summary>The value of <c>sync_jobs.job_type</c>.</summary>
    public static string JobType(this SyncKind kind) => kind switch
    {
        SyncKind.Properties => "property_sync",
        SyncKind.RoomTypes => "room_type_sync",
        SyncKind.Availability => "availability_sync",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
