using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Payments;

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
        i.special_requests, i.created_at, i.host_queued_at, i.modifies_reservation_id,
        coalesce(i.amount_due, i.total_amount) AS amount_asked,
        (SELECT b.booking_intent_id FROM reserve.reservations b WHERE b.id = i.modifies_reservation_id) AS booking_of,
        i.modification
        """;

    /// <summary>All that a <see cref="BookingIntent"/> has, of the table as <c>i</c>; a condition has to follow.</summary>
    internal const string Select =
        $"""
        SELECT {Columns}
        FROM reserve.booking_intents i
        JOIN reserve.unit_map u ON u.id = i.unit_id
        """;

    // Its key stays, so that rows which refer to it are written meanwhile: an agent who has its exception in hand, and a saga that has the
    // booking and closes the exception, would each wait for the other.
    private const string Lock =
        $"""
        {Select}
        WHERE i.id = ANY (ARRAY[
            @id,
            (SELECT b.booking_intent_id
             FROM reserve.booking_intents m
             JOIN reserve.reservations b ON b.id = m.modifies_reservation_id
             WHERE m.id = @id)])
        ORDER BY i.id
        FOR NO KEY UPDATE OF i
        """;

    public static Task<BookingIntent?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<BookingIntent>($"{Select} WHERE i.id = @id", new { id });

    /// <summary>Reads the intent and keeps everybody else from moving it until the transaction ends.</summary>
    /// <exception cref="InvalidOperationException">There is no such intent.</exception>
    public static async Task<BookingIntent> LockAsync(UnitOfWork unit, Guid id) =>
        await TryLockAsync(unit, id) ?? throw new InvalidOperationException($"no booking intent {id}");

    /// <summary>
    /// Likewise; null when there is none. Whoever locks a change of a booking has locked the booking's own intent before it: everybody
    /// locks intents in the order of their ids, and a change's is the later one.
    /// </summary>
    public static async Task<BookingIntent?> TryLockAsync(UnitOfWork unit, Guid id) =>
        (await unit.Connection.QueryAsync<BookingIntent>(Lock, new { id })).SingleOrDefault(intent => intent.Id == id);

    /// <summary>Likewise, and reads its payments, oldest first, once it is locked. One round trip.</summary>
    public static async Task<(BookingIntent Intent, IReadOnlyList<PaymentAttempt> Attempts)?> TryLockWithAttemptsAsync(UnitOfWork unit, Guid id)
    {
        await using var rows = await unit.Connection.QueryMultipleAsync($"{Lock}; {PaymentAttempts.OfIntent}", new { id });
        return (await rows.ReadAsync<BookingIntent>()).SingleOrDefault(intent => intent.Id == id) is { } found
            ? (found, (await rows.ReadAsync<PaymentAttempt>()).AsList())
            : null;
    }

    /// <summary>Moves an intent that the caller has locked in <paramref name="from"/>.</summary>
    /// <exception cref="InvalidOperationException">The intent is not in <paramref name="from"/>: the caller decided on something else than the row.</exception>
    /// <exception cref="PostgresException">RC001: the move is not legal.</exception>
    public static Task MoveAsync(
        UnitOfWork unit, Guid id, string from, string to, string actor, string reason, DateTimeOffset now) =>
        unit.SendAsync(Move(id, from, to, actor, reason, now));

    /// <summary>The same, to be sent with other changes of the transaction.</summary>
    /// <inheritdoc cref="MoveAsync"/>
    public static Statement Move(Guid id, string from, string to, string actor, string reason, DateTimeOffset now) =>
        new(
            "SELECT WHERE reserve.transition_booking_intent(@id, @from, @to, @actor, @reason, @now)",
            new { id, from, to, actor, reason, now },
            Statement.Requires(1, $"booking intent {id} is no longer {from}"));

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
