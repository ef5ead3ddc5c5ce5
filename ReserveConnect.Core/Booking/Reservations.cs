using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Events;
using ReserveConnect.Inventory;

namespace ReserveConnect.Booking;

/// <summary>A reservation as its guest sees it.</summary>
/// <param name="Refunded">What of its money is back with the guest, for whatever reason.</param>
/// <param name="Cancellation">The latest; null when nobody has cancelled it.</param>
/// <param name="Modification">A change that is under way; null when none is.</param>
/// <param name="GuestEmail">Masked: whoever has only the code does not learn the address.</param>
public sealed record ReservationView(
    string ConfirmationCode,
    string Status,
    string PaymentStatus,
    Guid BookingIntentId,
    PropertyOfStay Property,
    DateOnly CheckIn,
    DateOnly CheckOut,
    int Nights,
    int Adults,
    int Children,
    int Infants,
    string GuestFirstName,
    string GuestEmail,
    string Currency,
    decimal Total,
    IReadOnlyList<QuoteLine> Lines,
    CancellationPolicyCopy CancellationPolicy,
    DateTimeOffset BookedAt,
    decimal Refunded,
    CancellationView? Cancellation,
    ModificationView? Modification);

/// <summary>Where the guest stays.</summary>
public sealed record PropertyOfStay(
    Guid PropertyId, string Name, string Slug, string? Address, double? Latitude, double? Longitude, string? Phone, Guid UnitId, string UnitName);

/// <summary>Reads reservations.</summary>
public static class Reservations
{
    /// <summary>Finds a reservation by its code as people type it; null when there is none.</summary>
    public static async Task<ReservationView?> FindAsync(NpgsqlConnection connection, string typedCode)
    {
        if (ConfirmationCode.Normalise(typedCode) is not { } code)
        {
            return null;
        }

        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            """
            SELECT r.confirmation_code, r.status, r.payment_status, r.booking_intent_id, r.property_id, p.name AS property_name, p.slug,
                   p.address, p.latitude, p.longitude, p.phone, r.unit_id, u.name AS unit_name, r.check_in, r.check_out, r.nights,
                   r.guests_adults, r.guests_children, r.guests_infants, r.guest_first_name, r.guest_email, r.currency, r.total_amount, r.quote,
                   r.cancellation_policy, r.booked_at, r.refund_amount
            FROM reserve.reservations r
            JOIN reserve.properties_map p ON p.id = r.property_id
            JOIN reserve.unit_map u ON u.id = r.unit_id
            WHERE r.confirmation_code = @code
            """,
            new { code });
        return row?.ToView(await CancellationView.LatestAsync(connection, code), await ModificationView.OpenAsync(connection, code));
    }

    private static string Masked(string email)
    {
        var at = email.LastIndexOf('@');
        return at <= 0 ? "***" : $"{email[0]}***{email[at..]}";
    }

    private sealed record Row(
        string ConfirmationCode, string Status, string PaymentStatus, Guid BookingIntentId, Guid PropertyId, string PropertyName, string Slug,
        string? Address, double? Latitude, double? Longitude, string? Phone, Guid UnitId, string UnitName, DateOnly CheckIn, DateOnly CheckOut,
        int Nights, int GuestsAdults, int GuestsChildren, int GuestsInfants, string GuestFirstName, string GuestEmail, string Currency, decimal TotalAmount,
        string Quote, string CancellationPolicy, DateTimeOffset BookedAt, decimal RefundAmount)
    {
        public ReservationView ToView(CancellationView? cancellation, ModificationView? modification) =>
            new(
                ConfirmationCode, Status, PaymentStatus, BookingIntentId,
                new(PropertyId, PropertyName, Slug, Address, Latitude, Longitude, Phone, UnitId, UnitName),
                CheckIn, CheckOut, Nights, GuestsAdults, GuestsChildren, GuestsInfants, GuestFirstName, Masked(GuestEmail), Currency, TotalAmount,
                JsonSerializer.Deserialize<Quote>(Quote, EventJson.Options)!.Lines,
                JsonSerializer.Deserialize<CancellationPolicyCopy>(CancellationPolicy, EventJson.Options)!,
                BookedAt,
                RefundAmount,
                cancellation,
                modification);
    }
}
