using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using ReserveConnect.Support;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// The Host reports a booking. If it is a reservation of ours that stands, and stands otherwise at the Host, somebody has to
/// talk to the property or the guest: an exception <c>host_booking_changed</c>. Echoes of what we did change nothing.
/// </summary>
public sealed class HostBookingChanged(
    ReserveDatabase database, HostConnectClient host, TimeProvider clock, IOptions<HostSyncOptions> options)
{
    private const string ExceptionType = "host_booking_changed";

    /// <exception cref="HostSyncException">The Host does not say how the booking stands.</exception>
    /// <exception cref="EventTooEarlyException">We do not know yet whether it is one of ours, or are changing it.</exception>
    public async Task HandleAsync(HostChange change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (await FindAsync(change, ct) is not { } ours)
        {
            return;
        }

        // By its id: one that was made by hand has no key of ours.
        var answer = await host.FindBooking(ours.HostBookingId, ct);
        if (answer is not ProviderAnswer<HostBooking?>.Done { Value: var theirs })
        {
            throw new HostSyncException($"{HostSyncException.Opening}does not say how a booking stands");
        }

        await database.TransactAsync(unit => CompareAsync(unit, ours.BookingIntentId, theirs, clock.GetUtcNow()), ct);
    }

    /// <summary>
    /// The Host has just shown that a booking of ours is gone, or is another stay: it is looked at now, for no report may come. A Host
    /// that does not say stays with its report.
    /// </summary>
    /// <param name="bookingIntentId">The intent that the booking began with.</param>
    /// <param name="ct">Stops it.</param>
    public async Task LookAsync(Guid bookingIntentId, CancellationToken ct)
    {
        if (await FindAsync(new(HostChange.Booking, "", 0, BookingId: null, bookingIntentId), ct) is { } ours
            && await host.FindBooking(ours.HostBookingId, ct) is ProviderAnswer<HostBooking?>.Done { Value: var theirs })
        {
            await database.TransactAsync(unit => CompareAsync(unit, bookingIntentId, theirs, clock.GetUtcNow(), isLook: true), ct);
        }
    }

    // Null: none of ours, or one that does not stand here any more.
    private async Task<Ours?> FindAsync(HostChange change, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        if (await connection.QuerySingleOrDefaultAsync<Ours>(
            """
            SELECT r.booking_intent_id, r.host_booking_id
            FROM reserve.reservations r
            WHERE r.booking_intent_id = @BookingIntentId
               OR r.host_booking_id = @BookingId
            ORDER BY r.booking_intent_id = @BookingIntentId DESC NULLS LAST
            LIMIT 1
            """,
            change) is { } ours)
        {
            return ours;
        }

        var status = await connection.ExecuteScalarAsync<string?>(
            "SELECT status FROM reserve.booking_intents WHERE id = @BookingIntentId", change);
        return status == BookingIntentStatus.HostCommitPending
            ? throw new EventTooEarlyException("the Host reported a booking that is being made; it is looked at again when it is")
            : null;
    }

    private async Task CompareAsync(UnitOfWork unit, Guid intentId, HostBooking? theirs, DateTimeOffset now, bool isLook = false)
    {
        // As it stands now: what we did meanwhile is not the Host's doing. Two who compare at once take turns.
        var ours = await unit.Connection.QuerySingleAsync<Standing>(
            """
            SELECT r.id, r.property_id, r.status, u.host_unit_id, r.check_in, r.check_out, r.guests_adults, r.guests_children
            FROM reserve.reservations r
            JOIN reserve.unit_map u ON u.id = r.unit_id
            WHERE r.booking_intent_id = @intentId
            FOR NO KEY UPDATE OF r
            """,
            new { intentId });
        if (ours.Status is not ("confirmed" or "checked_in"))
        {
            return;
        }

        if (theirs is { Status: HostBookingStatus.Confirmed } && ours.IsAs(theirs))
        {
            await Exceptions.ResolveAllAsync(unit, intentId, ExceptionType, "the booking stands at the Host as it does here", now);
            return;
        }

        if (theirs is { Status: HostBookingStatus.Confirmed } && await IsGivenUpChangeAsync(unit, ours.Id, theirs))
        {
            return;
        }

        if (!isLook && await WaitingChangeAsync(unit, ours.Id) is { } isQueued)
        {
            if (isQueued)
            {
                // The Host is silent to the change for longer than a report is handed out; the change looks at the booking when it is not.
                return;
            }

            throw new EventTooEarlyException("the Host reported a booking that is being changed; it is looked at again when it is");
        }

        var isGone = theirs is not { Status: HostBookingStatus.Confirmed };
        await Exceptions.RaiseAsync(
            unit,
            new(
                $"{ExceptionType}:{intentId}:{theirs?.Version}", ExceptionType, isGone ? "critical" : "high",
                isGone ? "The Host cancelled a booking that stands here" : "The Host changed a booking that stands here",
                now + options.Value.BookingChangedDue)
            {
                BookingIntentId = intentId,
                ReservationId = ours.Id,
                PropertyId = ours.PropertyId,
                Context = new
                {
                    HostBookingId = theirs?.Id,
                    HostStatus = isGone ? "cancelled" : "confirmed",
                    HostRoomTypeId = theirs?.RoomTypeId,
                    HostCheckIn = theirs?.CheckIn,
                    HostCheckOut = theirs?.CheckOut,
                    ours.CheckIn,
                    ours.CheckOut,
                },
            },
            now);
    }

    // By us: the Host may have taken the new stay already. Whether the change waits for a Host that is down; null: there is none.
    private static Task<bool?> WaitingChangeAsync(UnitOfWork unit, Guid reservationId) =>
        unit.Connection.QueryFirstOrDefaultAsync<bool?>(
            "SELECT host_queued_at IS NOT NULL FROM reserve.booking_intents WHERE modifies_reservation_id = @reservationId AND status = 'host_commit_pending'",
            new { reservationId });

    // Of a change that the Host has made and that is being undone there: that has an exception of its own, or is decided soon.
    private static Task<bool> IsGivenUpChangeAsync(UnitOfWork unit, Guid reservationId, HostBooking theirs) =>
        unit.Connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                SELECT
                FROM reserve.booking_intents i
                JOIN reserve.unit_map u ON u.id = i.unit_id
                WHERE i.modifies_reservation_id = @reservationId
                  AND (u.host_unit_id, i.check_in, i.check_out, i.guests_adults, i.guests_children)
                      = (@RoomTypeId, @CheckIn, @CheckOut, @Adults, @Children)
                  AND (i.status = 'host_commit_failed' OR EXISTS (
                      SELECT
                      FROM reserve.exceptions e
                      WHERE e.booking_intent_id = i.id
                        AND e.exception_type = 'host_cancel_failed'
                        AND e.status IN ('open', 'in_progress'))))
            """,
            new { reservationId, theirs.RoomTypeId, theirs.CheckIn, theirs.CheckOut, theirs.Adults, theirs.Children });

    private sealed record Ours(Guid BookingIntentId, Guid HostBookingId);

    private sealed record Standing(
        Guid Id, Guid PropertyId, string Status, Guid HostUnitId, DateOnly CheckIn, DateOnly CheckOut, int GuestsAdults, int GuestsChildren)
    {
        public bool IsAs(HostBooking theirs) =>
            (theirs.RoomTypeId, theirs.CheckIn, theirs.CheckOut, theirs.Adults, theirs.Children)
            == (HostUnitId, CheckIn, CheckOut, GuestsAdults, GuestsChildren);
    }
}
