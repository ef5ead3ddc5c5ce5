using System.Text.Json.Serialization;

namespace ReserveConnect.Providers.HostConnect;

/// <summary>The nights of one room type.</summary>
/// <param name="RoomTypeId">The Host's room type.</param>
/// <param name="Nights">In date order; with a change version asked for, only those that changed since.</param>
public sealed record HostAvailability(
    Guid RoomTypeId,
    [property: JsonConverter(typeof(HostNightsConverter))] HostNight[] Nights);

/// <summary>One night of one room type. A value: a city has a million of them.</summary>
/// <param name="Date">The local date of the evening.</param>
/// <param name="Allotment">Contingent of this channel, gross.</param>
/// <param name="Sold">Of it, sold on this channel.</param>
/// <param name="Price">In the property's currency; null: the rate plan's.</param>
/// <param name="IsOpen">False: not for sale.</param>
/// <param name="MinStay">Least nights of a stay that arrives on this date.</param>
/// <param name="MaxStay">Most nights of a stay that arrives on this date.</param>
/// <param name="ClosedToArrival">No stay may begin on this date.</param>
/// <param name="ClosedToDeparture">No stay may end on this date.</param>
/// <param name="Version">The Host's change version of this night.</param>
public readonly record struct HostNight(
    DateOnly Date,
    int Allotment,
    int Sold,
    decimal? Price,
    bool IsOpen,
    int MinStay,
    int MaxStay,
    bool ClosedToArrival,
    bool ClosedToDeparture,
    long Version);
