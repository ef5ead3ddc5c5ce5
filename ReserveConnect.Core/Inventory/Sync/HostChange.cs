namespace ReserveConnect.Inventory.Sync;

/// <summary>What a webhook of the Host is about: the payload of <see cref="EventType"/>.</summary>
/// <param name="Type"><c>property.changed</c>, <c>room_type.changed</c>, <c>availability.changed</c>, <c>booking.changed</c>.</param>
/// <param name="City">The city's code at the Host.</param>
/// <param name="Version">The Host's change version.</param>
/// <param name="BookingId">Of a booking, as the Host knows it.</param>
/// <param name="BookingIntentId">Of a booking that was made with one as its key.</param>
public sealed record HostChange(string Type, string City, long Version, Guid? BookingId, Guid? BookingIntentId)
{
    /// <summary>The event type of the outbox under which a webhook is processed.</summary>
    public const string EventType = "host.changed";

    /// <summary>The name of the Host among the senders of webhooks.</summary>
    public const string Provider = "host_connect";

    public const string Property = "property.changed";
    public const string RoomType = "room_type.changed";
    public const string Availability = "availability.changed";
    public const string Booking = "booking.changed";
}
