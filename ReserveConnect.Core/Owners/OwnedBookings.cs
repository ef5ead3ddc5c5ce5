using System.Globalization;
using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Owners;

/// <summary>A reservation as the property's owner sees it: who comes and when, and what it brings; amounts in BRL.</summary>
/// <param name="NetToProperty">What the property is paid for it.</param>
public sealed record OwnedBooking(
    string ConfirmationCode, string Status, Guid PropertyId, string PropertyName, Guid UnitId, string UnitName, DateOnly CheckIn, DateOnly CheckOut,
    int Nights, int Adults, int Children, int Infants, string GuestFirstName, string GuestLastName, string? GuestPhone, string? SpecialRequests,
    string Currency, decimal Total, decimal Commission, decimal NetToProperty, DateTimeOffset BookedAt);

/// <summary>Which bookings are asked for.</summary>
/// <param name="From">First check-in, local date; null from the beginning.</param>
/// <param name="To">Last check-in.</param>
public sealed record OwnedBookingsQuery(Guid? PropertyId, DateOnly? From, DateOnly? To, string? Status, string? Cursor, int Limit);

/// <summary>A page of bookings, by check-in.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record OwnedBookingsPage(IReadOnlyList<OwnedBooking> Bookings, string? Next);

/// <summary>The bookings of an owner's properties; row-level security says which they are.</summary>
public sealed class OwnedBookings(ReserveDatabase database)
{
    /// <summary>A page of them. Refusal: <c>invalid_cursor</c>.</summary>
    public async Task<Outcome<OwnedBookingsPage>> ListAsync(Actor owner, OwnedBookingsQuery query, CancellationToken cancellation)
    {
        var (checkIn, code) = (DateOnly.MinValue, "");
        if (query.Cursor is not null)
        {
            if (ListCursor.Read(query.Cursor) is not [var day, var last]
                || !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out checkIn))
            {
                return ListCursor.Invalid;
            }

            code = last;
        }

        var rows = await database.ReadAsync(
            owner,
            async connection => (await connection.QueryAsync<OwnedBooking>(
                """
                SELECT r.confirmation_code, r.status, r.property_id, p.name AS property_name, r.unit_id, u.name AS unit_name, r.check_in, r.check_out,
                       r.nights, r.guests_adults AS adults, r.guests_children AS children, r.guests_infants AS infants, r.guest_first_name, r.guest_last_name, r.guest_phone,
                       r.special_requests, r.currency, r.total_amount AS total, r.commission_amount AS commission, r.net_to_property, r.booked_at
                FROM reserve.property_owners o
                JOIN reserve.reservations r ON r.property_id = o.property_id
                JOIN reserve.properties_map p ON p.id = r.property_id
                JOIN reserve.unit_map u ON u.id = r.unit_id
                WHERE (@PropertyId::uuid IS NULL OR r.property_id = @PropertyId)
                  AND (@From::date IS NULL OR r.check_in >= @From)
                  AND (@To::date IS NULL OR r.check_in <= @To)
                  AND (@Status::text IS NULL OR r.status = @Status)
                  AND (r.check_in, r.confirmation_code) > (@checkIn, @code)
                ORDER BY r.check_in, r.confirmation_code
                LIMIT @most
                """,
                new
                {
                    query.PropertyId,
                    query.From,
                    query.To,
                    query.Status,
                    checkIn,
                    code,
                    most = query.Limit + 1,
                })).AsList(),
            cancellation);
        return new OwnedBookingsPage([.. rows.Take(query.Limit)], NextOf(rows, query.Limit));
    }

    private static string? NextOf(List<OwnedBooking> rows, int limit) => rows.Count > limit
        ? ListCursor.Write(rows[limit - 1].CheckIn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), rows[limit - 1].ConfirmationCode)
        : null;
}
