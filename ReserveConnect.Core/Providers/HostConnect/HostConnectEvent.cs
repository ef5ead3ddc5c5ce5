using System.Text.Json;

namespace ReserveConnect.Providers.HostConnect;

/// <summary>Something changed at the Host. It says what to fetch; <paramref name="Version"/> says what is newer.</summary>
/// <param name="Id">Each event is stored once.</param>
/// <param name="Type"><c>property.changed</c>, <c>room_type.changed</c>, <c>availability.changed</c>, <c>booking.changed</c>.</param>
/// <param name="CreatedAt">The instant of the change.</param>
/// <param name="City">The city's code.</param>
/// <param name="Version">The Host's change version.</param>
/// <param name="IdempotencyKey">Of a booking: the key it was made with.</param>
/// <param name="BookingStatus">Of a booking.</param>
/// <param name="From">First night of the span that changed.</param>
/// <param name="To">Its end, exclusive.</param>
public sealed record HostConnectEvent(
    Guid Id,
    string Type,
    DateTimeOffset CreatedAt,
    string City,
    long Version,
    Guid? PropertyId,
    Guid? RoomTypeId,
    Guid? BookingId,
    string? IdempotencyKey,
    HostBookingStatus? BookingStatus,
    DateOnly? From,
    DateOnly? To)
{
    /// <summary>Reads a body whose signature was verified. Null if it is no event of the contract.</summary>
    public static HostConnectEvent? Parse(ReadOnlyMemory<byte> rawBody)
    {
        try
        {
            return JsonSerializer.Deserialize(rawBody.Span, HostConnectJson.Default.HostEventBody) is { Data: var data } body
                ? new HostConnectEvent(
                    body.Id,
                    body.Type,
                    body.CreatedAt,
                    data.City,
                    data.Version,
                    data.PropertyId,
                    data.RoomTypeId,
                    data.BookingId,
                    data.IdempotencyKey,
                    data.Status,
                    data.From,
                    data.To)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
