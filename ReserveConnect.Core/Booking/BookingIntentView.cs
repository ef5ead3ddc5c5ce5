using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Events;
using ReserveConnect.Inventory;

namespace ReserveConnect.Booking;

/// <summary>A booking intent as its guest sees it; without personal data, which a checkout does not need to read again.</summary>
/// <param name="AmountDue">What is to be paid for it: the total, or of a change of a booking what it costs more.</param>
/// <param name="IsModification">Whether it changes a booking that stands.</param>
/// <param name="ExpiresAt">UTC instant at which the hold runs out.</param>
/// <param name="PaymentAttemptsLeft">How many more declines the intent survives.</param>
/// <param name="ConfirmationCode">Once confirmed.</param>
/// <param name="WaitsFor"><c>property_system</c> while the property's own system does not answer and the paid booking waits for it; else null.</param>
public sealed record BookingIntentView(
    [property: JsonPropertyName("booking_intent_id")] Guid Id,
    string Status,
    Guid PropertyId,
    Guid UnitId,
    DateOnly CheckIn,
    DateOnly CheckOut,
    int Adults,
    int Children,
    int Infants,
    string Currency,
    decimal Total,
    decimal AmountDue,
    bool IsModification,
    Quote Quote,
    DateTimeOffset ExpiresAt,
    int PaymentAttemptsLeft,
    string? ClosedReason,
    string? ConfirmationCode,
    string? WaitsFor)
{
    /// <summary>What <see cref="WaitsFor"/> says while a paid booking waits for the Host.</summary>
    public const string PropertySystem = "property_system";

    /// <summary>What its guest proves the intent to be theirs with; only in the answer that made it, and never stored.</summary>
    public string? AccessToken { get; private init; }

    /// <summary>UTC instant at which the token ends.</summary>
    public DateTimeOffset? AccessTokenExpiresAt { get; private init; }

    /// <summary>The same with a token for it.</summary>
    public BookingIntentView With(IssuedToken token) => this with { AccessToken = token.Token, AccessTokenExpiresAt = token.ExpiresAt };

    public static BookingIntentView Of(BookingIntent intent, string? confirmationCode, BookingOptions options) =>
        new(
            intent.Id,
            intent.Status,
            intent.PropertyId,
            intent.UnitId,
            intent.CheckIn,
            intent.CheckOut,
            intent.GuestsAdults,
            intent.GuestsChildren,
            intent.GuestsInfants,
            intent.Currency,
            intent.TotalAmount,
            intent.AmountDue,
            intent.ModifiesReservationId is not null,
            JsonSerializer.Deserialize<Quote>(intent.Quote, EventJson.Options)!,
            intent.ExpiresAt,
            Math.Max(0, options.MaxPaymentFailures - intent.PaymentFailures),
            intent.ClosedReason,
            confirmationCode,
            intent is { Status: BookingIntentStatus.HostCommitPending, HostQueuedAt: not null, CancelRequestedAt: null } ? PropertySystem : null);

    /// <summary>Reads the intent as it stands; null when there is none.</summary>
    public static async Task<BookingIntentView?> ReadAsync(NpgsqlConnection connection, Guid id, BookingOptions options)
    {
        if (await BookingIntents.FindAsync(connection, id) is not { } intent)
        {
            return null;
        }

        var code = intent.ReservationId is null
            ? null
            : await connection.ExecuteScalarAsync<string>(
                "SELECT confirmation_code FROM reserve.reservations WHERE id = @ReservationId", new { intent.ReservationId });
        return Of(intent, code, options);
    }
}
