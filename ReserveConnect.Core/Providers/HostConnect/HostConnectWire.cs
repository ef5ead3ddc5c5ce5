using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Providers.HostConnect;

/// <summary>Room types of one property, unpaged.</summary>
internal sealed record HostRoomTypeList(IReadOnlyList<HostRoomType> Items);

/// <summary>Answer to a cancellation by key.</summary>
/// <param name="Booking">Null if there was none under the key.</param>
internal sealed record HostKeyCancellation(string IdempotencyKey, HostBookingStatus Status, HostBooking? Booking);

internal sealed record HostProblem(string Code, string? Title = null, string? Detail = null);

/// <summary>A notification of the Host as it is sent.</summary>
internal sealed record HostEventBody(Guid Id, string Type, DateTimeOffset CreatedAt, HostEventData Data);

internal sealed record HostEventData(
    string City,
    long Version,
    Guid? PropertyId = null,
    Guid? RoomTypeId = null,
    Guid? BookingId = null,
    string? IdempotencyKey = null,
    HostBookingStatus? Status = null,
    DateOnly? From = null,
    DateOnly? To = null);

internal sealed class HostBookingStatusConverter()
    : JsonStringEnumConverter<HostBookingStatus>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

// A room type with its year of nights (60 KB) is read at one go: a small buffer would be searched again at every growth.
// docs/contracts/host-connect.yaml: every field that it requires is there, fields not known are ignored.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultBufferSize = 256 * 1024,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HostPage<HostProperty>))]
[JsonSerializable(typeof(HostPage<HostRoomType>))]
[JsonSerializable(typeof(HostPage<HostAvailability>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(HostRoomTypeList))]
[JsonSerializable(typeof(HostBookingRequest))]
[JsonSerializable(typeof(HostBooking))]
[JsonSerializable(typeof(HostKeyCancellation))]
[JsonSerializable(typeof(HostProblem))]
[JsonSerializable(typeof(HostEventBody))]
internal sealed partial class HostConnectJson : JsonSerializerContext;

// A change leaves out what stays.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HostBookingChange))]
internal sealed partial class HostConnectChangeJson : JsonSerializerContext;
