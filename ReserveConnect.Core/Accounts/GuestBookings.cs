using Dapper;
using Npgsql;

namespace ReserveConnect.Accounts;

/// <summary>A booking in its guest's list.</summary>
/// <param name="BookedAt">UTC instant.</param>
public sealed record GuestBooking(
    Guid ReservationId, string ConfirmationCode, string Status, string PaymentStatus, string PropertyName, string PropertySlug, string UnitName,
    DateOnly CheckIn, DateOnly CheckOut, int Nights, int Adults, int Children, int Infants, string Currency, decimal Total, DateTimeOffset BookedAt);

/// <summary>The bookings of an account: those made with it, and those made without one under its proven address.</summary>
public static class GuestBookings
{
    /// <summary>The newest first, from behind <paramref name="after"/> on.</summary>
    public static async Task<IReadOnlyList<GuestBooking>> ListAsync(NpgsqlConnection connection, Guid accountId, Guid? after, int limit) =>
        [
            .. await connection.QueryAsync<GuestBooking>(
                """
                SELECT r.id AS reservation_id, r.confirmation_code, r.status, r.payment_status, p.name AS property_name, p.slug AS property_slug,
                       u.name AS unit_name, r.check_in, r.check_out, r.nights, r.guests_adults AS adults, r.guests_children AS children, r.guests_infants AS infants,
                       r.currency, r.total_amount AS total, r.booked_at
                FROM reserve.reservations r
                JOIN reserve.properties_map p ON p.id = r.property_id
                JOIN reserve.unit_map u ON u.id = r.unit_id
                WHERE (r.account_id = @accountId
                       OR r.traveler_id = (SELECT a.traveler_id FROM reserve.accounts a WHERE a.id = @accountId))
                  AND (@after::uuid IS NULL OR r.id < @after)
                ORDER BY r.id DESC
                LIMIT @limit
                """,
                new { accountId, after, limit }),
        ];
}
