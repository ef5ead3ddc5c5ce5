using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>A reservation as what changes its life needs it.</summary>
/// <param name="TimeZone">Of its city, as it is now: where the stay is does not change with when it was booked.</param>
/// <param name="RightOfWithdrawal">Whether its city granted it when it was booked (CDC, article 49).</param>
/// <param name="CancellationPolicy">The policy as it was booked, as JSON.</param>
/// <param name="RefundCeilingPercent">No quote gives more, per cent.</param>
/// <param name="ReleasedFrom">The first night that went back; null: none did.</param>
/// <param name="CancelWishedAt">UTC instant of a <see cref="CancelWish"/>; null: none.</param>
public sealed record Reservation(
    Guid Id,
    string ConfirmationCode,
    Guid BookingIntentId,
    Guid PropertyId,
    Guid UnitId,
    Guid HostBookingId,
    DateOnly CheckIn,
    DateOnly CheckOut,
    string Currency,
    decimal TotalAmount,
    string Status,
    string TimeZone,
    bool RightOfWithdrawal,
    string CancellationPolicy,
    decimal RefundCeilingPercent,
    DateOnly? ReleasedFrom,
    DateTimeOffset BookedAt,
    DateTimeOffset? CancelWishedAt);

/// <summary>Reads, locks and moves reservations. Whoever locks one has locked its intent before.</summary>
public static class ReservationRows
{
    private const string Select =
        """
        SELECT r.id, r.confirmation_code, r.booking_intent_id, r.property_id, r.unit_id, r.host_booking_id, r.check_in, r.check_out,
               r.currency, r.total_amount, r.status, c.time_zone, r.right_of_withdrawal, r.cancellation_policy, r.refund_ceiling_percent,
               r.released_from, r.booked_at, r.cancel_wished_at
        FROM reserve.reservations r
        JOIN reserve.cities c ON c.id = r.city_id
        """;

    /// <param name="code">As stored.</param>
    public static Task<Reservation?> FindByCodeAsync(NpgsqlConnection connection, string code) =>
        connection.QuerySingleOrDefaultAsync<Reservation>($"{Select} WHERE r.confirmation_code = @code", new { code });

    public static Task<Reservation?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<Reservation>($"{Select} WHERE r.id = @id", new { id });

    /// <summary>Locks the intent of a reservation and then the reservation, and reads it as it stands.</summary>
    /// <exception cref="InvalidOperationException">There is no such reservation.</exception>
    public static async Task<Reservation> LockAsync(UnitOfWork unit, Guid id, Guid bookingIntentId)
    {
        await BookingIntents.LockAsync(unit, bookingIntentId);
        return await unit.Connection.QuerySingleOrDefaultAsync<Reservation>($"{Select} WHERE r.id = @id FOR NO KEY UPDATE OF r", new { id })
            ?? throw new InvalidOperationException($"no reservation {id}");
    }

    /// <exception cref="InvalidOperationException">The reservation is not in <paramref name="from"/>.</exception>
    public static async Task MoveAsync(UnitOfWork unit, Guid id, string from, string to, string actor, string reason, DateTimeOffset now)
    {
        var moved = await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_reservation(@id, @from, @to, @actor, @reason, @now)", new { id, from, to, actor, reason, now });
        if (!moved)
        {
            throw new InvalidOperationException($"reservation {id} is no longer {from}");
        }
    }
}
