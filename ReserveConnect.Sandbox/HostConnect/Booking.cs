using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>Whether a booking stands.</summary>
[JsonConverter(typeof(SnakeCaseEnum<BookingStatus>))]
internal enum BookingStatus
{
    /// <summary>It stands.</summary>
    Confirmed,

    /// <summary>It does not any more.</summary>
    Cancelled,
}

/// <summary>A booking as Host Connect tells it.</summary>
internal sealed record Booking(
    Guid Id,
    string IdempotencyKey,
    BookingStatus Status,
    Guid RoomTypeId,
    DateOnly CheckIn,
    DateOnly CheckOut,
    int Adults,
    int Children,
    string? ChannelReference,
    DateTimeOffset CreatedAt,
    long Version);

/// <summary>What the Host keeps of a booking beyond what it tells.</summary>
/// <param name="Booking">What it tells.</param>
/// <param name="Fingerprint">Of the request that made it.</param>
/// <param name="Guest">Who stays; null for a booking by hand.</param>
/// <param name="TotalAmount">As the channel said.</param>
/// <param name="Currency">As the channel said.</param>
/// <param name="Changes">Fingerprints of the changes made, by idempotency key.</param>
internal sealed record StoredBooking(
    Booking Booking,
    string Fingerprint,
    Guest? Guest,
    decimal TotalAmount,
    string Currency,
    IReadOnlyDictionary<string, string> Changes);

/// <summary>Who stays.</summary>
internal sealed record Guest(string? FirstName, string? LastName, string? Email, string? Phone);

/// <summary>Body of a create; what must be there is checked by <see cref="BookingRules"/>.</summary>
internal sealed record BookingRequest(
    Guid? RoomTypeId,
    DateOnly? CheckIn,
    DateOnly? CheckOut,
    int? Adults,
    int? Children,
    Guest? Guest,
    decimal? TotalAmount,
    string? Currency,
    string? ChannelReference)
{
    /// <summary>The same for two requests that say the same.</summary>
    public string Fingerprint() => Digest.Of(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{RoomTypeId}|{CheckIn:O}|{CheckOut:O}|{Adults}|{Children}|{TotalAmount:0.####}|{Currency}|{ChannelReference}|{Guest}"));
}

/// <summary>Body of a change; what is null stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BookingChange(Guid? RoomTypeId, DateOnly? CheckIn, DateOnly? CheckOut, int? Adults, int? Children)
{
    /// <summary>Whether anything is asked for.</summary>
    [JsonIgnore]
    public bool IsEmpty => this == new BookingChange(null, null, null, null, null);

    /// <summary>The same for two requests that say the same.</summary>
    public string Fingerprint() => Digest.Of(
        string.Create(CultureInfo.InvariantCulture, $"{RoomTypeId}|{CheckIn:O}|{CheckOut:O}|{Adults}|{Children}"));
}

/// <summary>Answer to a cancellation by key.</summary>
internal sealed record KeyCancellation(string IdempotencyKey, BookingStatus Status, Booking? Booking);

/// <summary>Digests of requests.</summary>
internal static class Digest
{
    /// <summary>SHA-256, hex.</summary>
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
