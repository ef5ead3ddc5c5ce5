using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>JSON of Host Connect, on the wire and in the journal.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Property))]
[JsonSerializable(typeof(RoomType))]
[JsonSerializable(typeof(PropertyPage))]
[JsonSerializable(typeof(RoomTypePage))]
[JsonSerializable(typeof(RoomTypeList))]
[JsonSerializable(typeof(Booking))]
[JsonSerializable(typeof(StoredBooking))]
[JsonSerializable(typeof(BookingRequest))]
[JsonSerializable(typeof(BookingChange))]
[JsonSerializable(typeof(KeyCancellation))]
[JsonSerializable(typeof(HostProblem))]
[JsonSerializable(typeof(HostEvent))]
[JsonSerializable(typeof(CalendarAnchor))]
[JsonSerializable(typeof(long[]))]
internal sealed partial class HostJson : JsonSerializerContext;
