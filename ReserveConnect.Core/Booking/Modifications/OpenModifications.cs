using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Booking.Modifications;

/// <summary>Changes that are under way: a booking has one at a time, and while it has one nothing else is done with it.</summary>
public static class OpenModifications
{
    /// <summary>Of an intent <c>i</c> that is a change: it may still be made. One that only owes money back is in nobody's way.</summary>
    internal const string IsOpen = "i.status IN ('created', 'payment_pending', 'payment_confirmed', 'host_commit_pending', 'host_commit_failed')";

    /// <summary>Code of the refusal of what has to wait for the end of a change.</summary>
    internal const string UnderWay = "modification_under_way";

    /// <summary>
    /// Why a reservation cannot be cancelled now, with the change's intent: its change is paid and with the Host. Null when none is;
    /// one that is not paid ends with the booking.
    /// </summary>
    public static Task<Refusal?> RefusalAsync(NpgsqlConnection connection, Guid reservationId) =>
        RefusalAsync(connection, reservationId, $"{IsOpen} AND i.status NOT IN ('created', 'payment_pending')");

    /// <summary>
    /// Ends the change of a booking that is cancelled, as its guest would end it: without a payment at once; with one its saga closes
    /// that at the provider, and gives back what comes all the same. The caller has locked the booking's intent and the reservation.
    /// </summary>
    public static async Task EndUnpaidAsync(UnitOfWork unit, Guid reservationId, string actor, DateTimeOffset now)
    {
        var open = await unit.Connection.QueryAsync<Guid>(
            $"SELECT i.id FROM reserve.booking_intents i WHERE i.modifies_reservation_id = @reservationId AND {IsOpen}", new { reservationId });
        foreach (var id in open)
        {
            var change = await BookingIntents.LockAsync(unit, id);
            if (change.Status == BookingIntentStatus.Created)
            {
                await BookingIntents.CloseAsync(unit, change, BookingIntentStatus.Cancelled, actor, CancelBookingIntent.Reason, now);
            }
            else
            {
                await CancelBookingIntent.RequestAsync(unit, id, now);
            }

            await Outbox.AppendAsync(unit, ModificationEnded.EventType, "booking_intent", id, new { reservationId }, now);
        }
    }

    /// <summary>Whether the reservation may still be changed, now that the change is paid. The caller has locked its intent.</summary>
    internal static async Task<bool> IsStillWantedAsync(NpgsqlConnection connection, BookingIntent change) =>
        ModificationRules.MayStillBeMade(await StandingStay.ReadAsync(connection, change.ModifiesReservationId!.Value), change);

    /// <summary>Why it cannot be changed: also while the Host has not said that an earlier change, given up since, does not stand there.</summary>
    internal static Task<Refusal?> RefusalOfChangeAsync(NpgsqlConnection connection, Guid reservationId) =>
        RefusalAsync(
            connection,
            reservationId,
            $"""
            ({IsOpen}
             OR EXISTS (
                 SELECT
                 FROM reserve.exceptions e
                 WHERE e.booking_intent_id = i.id
                   AND e.exception_type = '{UndoAtHost.ExceptionType}'
                   AND e.status IN ('open', 'in_progress')))
            """);

    private static async Task<Refusal?> RefusalAsync(NpgsqlConnection connection, Guid reservationId, string condition) =>
        await connection.QueryFirstOrDefaultAsync<Guid?>(
            $"""
            SELECT i.id
            FROM reserve.booking_intents i
            WHERE i.modifies_reservation_id = @reservationId
              AND {condition}
            """,
            new { reservationId }) is { } intentId
            ? Refusal.Conflict(
                UnderWay, "A change of this booking is under way. Pay it or abandon it, or wait until the property has answered.") with
            {
                Extensions = new Dictionary<string, object?> { ["booking_intent_id"] = intentId },
            }
            : null;
}
