using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>Reads, locks and moves booking intents.</summary>
public static class BookingIntents
{
    private const string Columns =
        """
        i.id, i.city_id, i.property_id, i.unit_id, u.host_unit_id, i.check_in, i.check_out, i.guests_adults, i.guests_children, i.guests_infants,
        i.currency, i.base_price, i.discount_amount, i.cleaning_fee, i.service_fee, i.taxes, i.total_amount,
        i.quote, i.cancellation_policy, i.status, i.closed_reason, i.payment_failures, i.expires_at, i.cancel_requested_at,
        i.host_booking_id, i.reservation_id, i.guest_email, i.guest_first_name, i.guest_last_name, i.guest_phone,
        i.special_requests, i.created_at, i.host_queued_at
        """;

    public static Task<BookingIntent?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<BookingIntent>(
            $"""
            SELECT {Columns}
            FROM reserve.booking_intents i
            JOIN reserve.unit_map u ON u.id = i.unit_id
            WHERE i.id = @id
            """,
            new { id });

    /// <summary>Reads the intent and keeps everybody else from moving it until the transaction ends.</summary>
    /// <exception cref="InvalidOperationException">There is no such intent.</exception>
    public static async Task<BookingIntent> LockAsync(UnitOfWork unit, Guid id) =>
        await TryLockAsync(unit, id) ?? throw new InvalidOperationException($"no booking intent {id}");

    /// <inheritdoc cref="LockAsync"/>
    public static Task<BookingIntent?> TryLockAsync(UnitOfWork unit, Guid id) =>
        unit.Connection.QuerySingleOrDefaultAsync<BookingIntent>(
            $"""
            SELECT {Columns}
            FROM reserve.booking_intents i
            JOIN reserve.unit_map u ON u.id = i.unit_id
            WHERE i.id = @id
            FOR UPDATE OF i
            """,
            new { id });

    /// <summary>Moves an intent that the caller has locked in <paramref name="from"/>.</summary>
    /// <exception cref="InvalidOperationException">The intent is not in <paramref name="from"/>: the caller decided on something else than the row.</exception>
    /// <exception cref="PostgresException">RC001: the move is not legal.</exception>
    public static async Task MoveAsync(
        UnitOfWork unit, Guid id, string from, string to, string actor, string reason, DateTimeOffset now)
    {
        var moved = await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_booking_intent(@id, @from, @to, @actor, @reason, @now)",
            new { id, from, to, actor, reason, now });
        if (!moved)
        {
            throw new InvalidOperationException($"booking intent {id} is no longer {from}");
        }
    }

    /// <summary>Ends an intent without a booking: moves it, says why, and gives its nights back.</summary>
    public static async Task CloseAsync(
        UnitOfWork unit, BookingIntent intent, string to, string actor, string reason, DateTimeOffset now)
    {
        await MoveAsync(unit, intent.Id, intent.Status, to, actor, reason, now);
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.booking_intents SET closed_reason = @reason WHERE id = @Id", new { intent.Id, reason });
        await Holds.ReleaseAsync(unit, intent, now);
    }
}
