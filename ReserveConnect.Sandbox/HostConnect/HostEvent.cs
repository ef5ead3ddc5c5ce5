using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>A webhook of the Host.</summary>
internal sealed record HostEvent(Guid Id, string Type, DateTimeOffset CreatedAt, HostEventData Data)
{
    /// <summary>A property was changed.</summary>
    public static HostEvent PropertyChanged(Property property, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), "property.changed", now, new HostEventData(property.City, property.Version) { PropertyId = property.Id });

    /// <summary>A room type was changed.</summary>
    public static HostEvent RoomTypeChanged(Room room, DateTimeOffset now) => new(
        Guid.CreateVersion7(now),
        "room_type.changed",
        now,
        new HostEventData(room.City, room.Type.Version) { PropertyId = room.Type.PropertyId, RoomTypeId = room.Type.Id });

    /// <summary>Nights of a room type were changed.</summary>
    public static HostEvent AvailabilityChanged(Room room, DateOnly from, DateOnly to, long version, DateTimeOffset now) => new(
        Guid.CreateVersion7(now),
        "availability.changed",
        now,
        new HostEventData(room.City, version) { PropertyId = room.Type.PropertyId, RoomTypeId = room.Type.Id, From = from, To = to });

    /// <summary>A booking was made, changed or cancelled.</summary>
    public static HostEvent BookingChanged(string city, Booking booking, DateTimeOffset now) => new(
        Guid.CreateVersion7(now),
        "booking.changed",
        now,
        new HostEventData(city, booking.Version)
        {
            BookingId = booking.Id,
            IdempotencyKey = booking.IdempotencyKey,
            RoomTypeId = booking.RoomTypeId,
            Status = booking.Status,
        });

    /// <summary>As it is sent.</summary>
    public Webhook ToWebhook() => new(
        Id.ToString(), Type, null, null, JsonSerializer.SerializeToUtf8Bytes(this, HostJson.Default.HostEvent), CreatedAt);

    /// <summary><c>Host-Connect-Signature</c>: HMAC-SHA256 of instant and body.</summary>
    public static WebhookSigner Signer(string secret) => (webhook, now) =>
    {
        var t = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(t + "."), .. webhook.Body];
        var hash = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        return [new("Host-Connect-Signature", $"t={t},v1={hash}")];
    };
}

/// <summary>What an event names; the reader fetches the rest.</summary>
internal sealed record HostEventData(string City, long Version)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? PropertyId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? RoomTypeId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? BookingId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdempotencyKey { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BookingStatus? Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? From { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? To { get; init; }
}
