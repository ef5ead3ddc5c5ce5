using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>The states of a cancellation.</summary>
public static class CancellationStatus
{
    /// <summary>The Host, the money or both are still on their way.</summary>
    public const string Pending = "pending";

    /// <summary>The Host has let go, and what was promised is back.</summary>
    public const string Done = "done";

    /// <summary>The Host keeps the booking; nothing went back.</summary>
    public const string Rejected = "rejected";

    /// <summary>Every legal move; the database holds the same list and enforces it.</summary>
    public static IReadOnlySet<(string From, string To)> Moves { get; } = new HashSet<(string, string)>
    {
        (Pending, Done),
        (Pending, Rejected),
    };
}

/// <summary>A cancellation as stored in <c>reserve.cancellations</c>.</summary>
/// <param name="Quote">What was promised, as JSON.</param>
/// <param name="Forced">A supervisor's: the Host's no does not end it.</param>
/// <param name="HostSettledAt">UTC instant at which the Host had let go, and the nights went back.</param>
/// <param name="MoneyMovedAt">UTC instant at which the books were changed and the refunds asked for.</param>
public sealed record Cancellation(
    Guid Id,
    Guid ReservationId,
    Guid BookingIntentId,
    string Status,
    string Quote,
    string Currency,
    decimal RefundAmount,
    decimal ReversedProperty,
    decimal ReversedCommission,
    decimal ReversedServiceFee,
    decimal ReversedTax,
    decimal ReversedServiceTax,
    decimal KeptCommission,
    bool Forced,
    DateTimeOffset RequestedAt,
    DateTimeOffset? HostSettledAt,
    DateTimeOffset? MoneyMovedAt);

/// <summary>Reads, writes and moves cancellations. Whoever moves one has locked its intent and its reservation before.</summary>
public static class Cancellations
{
    private const string Columns =
        """
        id, reservation_id, booking_intent_id, status, quote, currency, refund_amount, reversed_property, reversed_commission,
        reversed_service_fee, reversed_tax, reversed_service_tax, kept_commission, forced, requested_at, host_settled_at, money_moved_at
        """;

    /// <exception cref="InvalidOperationException">There is no such cancellation.</exception>
    public static async Task<Cancellation> FindAsync(NpgsqlConnection connection, Guid id) =>
        await connection.QuerySingleOrDefaultAsync<Cancellation>($"SELECT {Columns} FROM reserve.cancellations WHERE id = @id", new { id })
            ?? throw new InvalidOperationException($"no cancellation {id}");

    /// <summary>The cancellation of an intent's booking that is under way; null when none is.</summary>
    public static Task<Guid?> PendingOfIntentAsync(NpgsqlConnection connection, Guid intentId) =>
        connection.ExecuteScalarAsync<Guid?>(
            "SELECT id FROM reserve.cancellations WHERE booking_intent_id = @intentId AND status = 'pending'", new { intentId });

    /// <summary>Locks a cancellation with everything that it changes.</summary>
    public static async Task<(Cancellation Cancellation, Reservation Reservation)> LockAsync(UnitOfWork unit, Guid id)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var known = await FindAsync(unit.Connection, id);
        var reservation = await ReservationRows.LockAsync(unit, known.ReservationId, known.BookingIntentId);
        return (await FindAsync(unit.Connection, id), reservation);
    }

    /// <exception cref="InvalidOperationException">It is no longer pending.</exception>
    public static async Task MoveAsync(UnitOfWork unit, Guid id, string to, string reason, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var moved = await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_cancellation(@id, 'pending', @to, 'system', @reason, @now)", new { id, to, reason, now });
        if (!moved)
        {
            throw new InvalidOperationException($"cancellation {id} is no longer pending");
        }
    }
}
