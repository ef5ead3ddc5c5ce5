using Dapper;
using Npgsql;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Booking;

/// <summary>
/// A guest asked to cancel while a change of the booking was with the property, and had to wait for its end: what cancelling gives
/// is decided as of when they asked.
/// </summary>
/// <param name="At">UTC instant of the asking, the first of that wait.</param>
/// <param name="CountsUntil">UTC instant until which, itself included, a cancellation is decided as of <paramref name="At"/>; after it, as of itself.</param>
public sealed record CancelWish(DateTimeOffset At, DateTimeOffset CountsUntil)
{
    // A change leaves these once, and comes back to none of them: late money for one that ran out only goes back. It is the newest
    // change that was waited for: whoever orders another has no wish any more. (Instants do not tell: the wish may have been taken
    // down while that change ended, by another clock.)
    private const string LeavesOpen =
        """
        l.from_status IN ('payment_confirmed', 'host_commit_pending', 'host_commit_failed')
        AND l.to_status NOT IN ('payment_confirmed', 'host_commit_pending', 'host_commit_failed')
        """;

    /// <summary>The wish that a cancellation of a booking without an open change fulfils; null: nobody had to wait.</summary>
    /// <param name="lasts">How long it counts from the end of the change on.</param>
    internal static async Task<CancelWish?> ReadAsync(NpgsqlConnection connection, Reservation reservation, TimeSpan lasts)
    {
        if (reservation.CancelWishedAt is not { } wished)
        {
            return null;
        }

        var ended = await connection.ExecuteScalarAsync<DateTime?>(
            $"""
            SELECT max(l.created_at)
            FROM reserve.audit_logs l
            WHERE l.entity_type = 'booking_intent'
              AND l.entity_id = (
                  SELECT i.id
                  FROM reserve.booking_intents i
                  WHERE i.modifies_reservation_id = @Id
                  ORDER BY i.created_at DESC, i.id DESC
                  LIMIT 1)
              AND l.action = 'status'
              AND {LeavesOpen}
            """,
            new { reservation.Id });
        return ended is { } at ? new(wished, new DateTimeOffset(at, TimeSpan.Zero) + lasts) : null;
    }

    /// <summary>Keeps when somebody asked, unless that was asked before in this wait. The caller has locked the reservation.</summary>
    /// <param name="request">Whose wish, and in which language they are told.</param>
    /// <param name="underWay">Why they have to wait.</param>
    /// <param name="lasts">As of <see cref="ReadAsync"/>.</param>
    /// <returns>What they are told: to wait, and that nothing is lost by it.</returns>
    internal static async Task<Refusal> KeepAsync(
        UnitOfWork unit, Reservation reservation, CancelRequest request, Refusal underWay, TimeSpan lasts, DateTimeOffset now)
    {
        if (reservation.CancelWishedAt is { } first)
        {
            return CancelWishWords.Of(underWay, first, lasts, request.Language);
        }

        // As it is kept, which is less exact.
        var wished = new DateTimeOffset(
            await unit.Connection.ExecuteScalarAsync<DateTime>(
                """
                UPDATE reserve.reservations
                SET cancel_wished_at = @now,
                    updated_at = @now
                WHERE id = @Id
                RETURNING cancel_wished_at
                """,
                new { reservation.Id, now }),
            TimeSpan.Zero);
        await AuditLog.WriteAsync(unit, "reservation", reservation.Id, "cancel_wished", null, new { wishedAt = wished }, OpenModifications.UnderWay, request.Actor, now);
        return CancelWishWords.Of(underWay, wished, lasts, request.Language);
    }

    /// <summary>Another change was ordered: whoever moves a booking keeps it. The caller has locked the reservation.</summary>
    internal static Task DropAsync(UnitOfWork unit, Guid reservationId) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.reservations
            SET cancel_wished_at = NULL
            WHERE id = @reservationId
              AND cancel_wished_at IS NOT NULL
            """,
            new { reservationId });
}
