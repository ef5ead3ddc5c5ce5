using System.Text.Json.Serialization;

namespace ReserveConnect.Providers.HostConnect;

/// <summary>A booking to commit at the Host.</summary>
/// <param name="CheckOut">Not a night of the stay.</param>
/// <param name="TotalAmount">What the guest pays, in <paramref name="Currency"/>.</param>
/// <param name="ChannelReference">Our reference that the property sees.</param>
public sealed record HostBookingRequest(
    Guid RoomTypeId,
    DateOnly CheckIn,
    DateOnly CheckOut,
    int Adults,
    int Children,
    HostGuest Guest,
    decimal TotalAmount,
    string Currency,
    string ChannelReference);

/// <summary>Who comes. Personal data.</summary>
public sealed record HostGuest(string FirstName, string LastName, string Email, string? Phone);

/// <summary>What to change of a booking; null leaves it as it is.</summary>
public sealed record HostBookingChange(
    DateOnly? CheckIn = null,
    DateOnly? CheckOut = null,
    int? Adults = null,
    int? Children = null,
    Guid? RoomTypeId = null);

/// <summary>A booking as it stands at the Host.</summary>
/// <param name="IdempotencyKey">The key it was made with: our booking intent.</param>
/// <param name="Version">The Host's change version of this booking.</param>
public sealed record HostBooking(
    Guid Id,
    string IdempotencyKey,
    HostBookingStatus Status,
    Guid RoomTypeId,
    DateOnly CheckIn,
    DateOnly CheckOut,
    int Adults,
    int Children,
    string? ChannelReference,
    DateTimeOffset CreatedAt,
    long Version);

/// <summary>Status of a booking at the Host.</summary>
[JsonConverter(typeof(HostBookingStatusConverter))]
public enum HostBookingStatus
{
    /// <summary>The room is taken.</summary>
    Confirmed,

    /// <summary>The room is free again.</summary>
    Cancelled,
}
