using System.Text.Json;
using Dapper;
using ReserveConnect.Booking;
using ReserveConnect.Booking.Stays;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Inventory.Sync;
using ReserveConnect.Payments;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Support;

/// <summary>What each action of <see cref="TroubleTypes"/> does. Whatever settles the trouble closes its exception, as when nobody had asked.</summary>
public sealed class ExceptionActions(
    ReserveDatabase database, IBookingSagas sagas, RefundOrders refunds, UndoAtHost undo, CancelAtHost cancel, ForceCancelBooking giveUp, ApproveRefund approve, ReleaseAtHost release, PropertyCheck properties,
    HostBookingChanged hostBookings, HostConnectClient host, DecidePayout payouts, IPayoutSagas payoutSagas, TimeProvider clock)
{
    /// <summary>Whether what the order says is so, where somebody outside knows.</summary>
    internal async Task<Refusal?> CheckAsync(LockedException exception, ExceptionOrder order, CancellationToken cancellation) =>
        (exception.ExceptionType, order.Action) switch
        {
            (HostFailure.ExceptionType, "override") => await CheckHostBookingAsync(exception.BookingIntentId!.Value, order.HostBookingId!.Value, cancellation),
            ("refund_failed", "transferred") => await refunds.CheckTransferAsync(Named(exception, "refund_id"), cancellation),
            ("refund_failed", "override") => await refunds.CheckAsync(Named(exception, "refund_id"), order.ProviderRefundId!, cancellation),
            _ => null,
        };

    /// <summary>Does it. Done before, it comes to the same.</summary>
    /// <returns>Null when it is done, or on its way; refusals: <c>host_silent</c>, <c>still_differs</c>, and those of a refund made by hand or approved.</returns>
    /// <exception cref="InvalidOperationException">The table has an action that nothing does.</exception>
    internal async Task<Refusal?> ActAsync(LockedException exception, ExceptionOrder order, CancellationToken cancellation)
    {
        switch (exception.ExceptionType, order.Action)
        {
            case (HostFailure.ExceptionType, _):
            case ("capture_unknown", "retry"):
                // The saga reads the decision from its row, or tries what it would have tried later.
                await sagas.AttendAsync(exception.BookingIntentId!.Value, cancellation);
                return null;
            case ("refund_failed", "retry"):
                await refunds.TryNowAsync(Named(exception, "refund_id"), cancellation);
                await sagas.AttendAsync(exception.BookingIntentId!.Value, cancellation);
                return null;
            case ("refund_failed", "override"):
                return await AttendAsync(
                    exception, await refunds.RecordAsync(Named(exception, "refund_id"), order.ProviderRefundId!, cancellation), cancellation);
            case ("refund_failed", "transferred"):
                return await AttendAsync(
                    exception, await refunds.RecordTransferAsync(Named(exception, "refund_id"), order.TransferId!, cancellation), cancellation);
            case (RefundWishes.ExceptionType, "approve"):
                return await GiveBackAsync(exception, cancellation);
            case ("no_show_refund", "cancel_and_refund"):
                return await GiveUpAsync(exception, order, cancellation);
            case ("payout_failed", "retry"):
                return await PayAgainAsync(Named(exception, "payout_id"), exception.DecidedActor!, cancellation);
            case ("payment_outcome_unknown", "retry"):
                await sagas.TakeLatePaymentAsync(Named(exception, "attempt_id"), cancellation);
                return null;
            case ("host_cancel_failed", "retry"):
                return await FreeHostAsync(exception, cancellation);
            case (ReleaseAtHost.ExceptionType, "retry"):
                await release.ReopenAsync(exception.ReservationId!.Value, cancellation);
                await sagas.EnsureReleaseAsync(exception.ReservationId!.Value, cancellation);
                return null;
            case ("inventory_mismatch" or "overbooked", "retry"):
                return await ToHostAsync(exception, () => properties.RunAsync(exception.PropertyId!.Value, cancellation));
            case ("host_booking_changed", "retry"):
                return await ToHostAsync(exception, () => hostBookings.HandleAsync(
                    new(HostChange.Booking, "", 0, BookingId: null, exception.BookingIntentId!.Value), cancellation));
            case ("event_dead_lettered", "retry"):
                await HandOutAgainAsync(exception, cancellation);
                return null;
            default:
                throw new InvalidOperationException($"nothing does {order.Action} for an exception {exception.ExceptionType}");
        }
    }

    // Of a booking that was never confirmed, of one that stands under another id there, or of one that was given up.
    private async Task<Refusal?> FreeHostAsync(LockedException exception, CancellationToken cancellation)
    {
        if (!JsonElement.Parse(exception.Context).TryGetProperty("cancellation_id", out var cancellationId))
        {
            return (await undo.RunAsync(exception.BookingIntentId!.Value, attempt: 1, cancellation)).IsDone ? null : HostSilent;
        }

        // No first try: the money has waited for the Host, and does so no longer.
        var step = await cancel.RunAsync(cancellationId.GetGuid(), attempt: int.MaxValue, cancellation);
        await sagas.CancelAsync(cancellationId.GetGuid(), cancellation);
        return step.Result == HostLetGo.Open ? HostSilent : null;
    }

    // What was recorded is taken on from; what was refused changes nothing.
    private async Task<Refusal?> AttendAsync(LockedException exception, Refusal? refusal, CancellationToken cancellation)
    {
        if (refusal is null)
        {
            await sagas.AttendAsync(exception.BookingIntentId!.Value, cancellation);
        }

        return refusal;
    }

    // Its own end closes the exception; one that somebody else has moved meanwhile needs nothing.
    private async Task<Refusal?> PayAgainAsync(Guid payoutId, string actor, CancellationToken cancellation)
    {
        var payout = await payouts.RetryAsync(payoutId, actor, cancellation);
        if (payout.Refusal is null)
        {
            await payoutSagas.AttendAsync(payoutId, cancellation);
        }

        return payout.Refusal;
    }

    // Once it is in the books it is owed: the minute timer takes in hand what nobody could be told of here.
    private async Task<Refusal?> GiveBackAsync(LockedException exception, CancellationToken cancellation)
    {
        var refusal = await approve.RunAsync(exception, cancellation);
        if (refusal is null)
        {
            await sagas.AttendRefundsAsync(exception.BookingIntentId!.Value, cancellation);
        }

        return refusal;
    }

    // What the policy gives goes back as a cancellation, whatever the Host says to it.
    private async Task<Refusal?> GiveUpAsync(LockedException exception, ExceptionOrder order, CancellationToken cancellation)
    {
        Reservation reservation;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            reservation = (await ReservationRows.FindAsync(connection, exception.ReservationId!.Value))!;
        }

        // Not the amount of the exception: less may be left of the money by now.
        var begun = await giveUp.RunAsync(
            new(
                reservation.Id, order.Notes ?? "The guest did not come; the policy gives this back.", "policy", Amount: null, exception.DecidedActor!,
                StayClock.NoShowAt(reservation.CheckIn, reservation.TimeZone)),
            cancellation);
        if (begun.Refusal is not null)
        {
            return begun.Refusal;
        }

        await sagas.CancelAsync(begun.Value.CancellationId, cancellation);
        await database.TransactAsync(
            unit => Exceptions.ResolveAsync(unit, $"no_show_refund:{exception.ReservationId}", "cancelled", clock.GetUtcNow()), cancellation);
        return null;
    }

    // What agrees closes the exception; what does not leaves it open, and nothing is on its way.
    private async Task<Refusal?> ToHostAsync(LockedException exception, Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (Exception e) when (e is HostSyncException or EventTooEarlyException)
        {
            return HostSilent;
        }

        await using var connection = await database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<bool>(
            "SELECT status IN ('open', 'in_progress') FROM reserve.exceptions WHERE id = @Id", new { exception.Id })
            ? Refusal.Conflict("still_differs", "The Host was asked, and what it says still differs from what stands here.")
            : null;
    }

    /// <summary>To override: the booking is another's.</summary>
    internal static Refusal HostBookingUsed => Refusal.Unprocessable(
        "host_booking_id_used", "Another reservation has this booking at the Host.", new FieldError("host_booking_id", "host_booking_id_used", "Of another reservation."));

    /// <summary>Whether a booking at the Host is a reservation's, or promised to another by a decision that stands. Two who ask at once ask in turn.</summary>
    internal static async Task<bool> IsPromisedAsync(UnitOfWork unit, LockedException exception, Guid hostBookingId)
    {
        await unit.Connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended(@hostBookingId::text, 0))", new { hostBookingId });
        return await unit.Connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                    SELECT
                    FROM reserve.reservations
                    WHERE host_booking_id = @hostBookingId
                      AND id IS DISTINCT FROM (SELECT modifies_reservation_id FROM reserve.booking_intents WHERE id = @BookingIntentId))
                OR EXISTS (
                    SELECT
                    FROM reserve.exceptions
                    WHERE exception_type = @ExceptionType
                      AND status IN ('open', 'in_progress')
                      AND id <> @Id
                      AND decision ->> 'host_booking_id' = @hostBookingId::text)
            """,
            new { hostBookingId, exception.ExceptionType, exception.Id, exception.BookingIntentId });
    }

    // Money is taken for it: it must be the stay that was paid, and stand.
    private async Task<Refusal?> CheckHostBookingAsync(Guid intentId, Guid hostBookingId, CancellationToken cancellation)
    {
        BookingIntent intent;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            intent = (await BookingIntents.FindAsync(connection, intentId))!;
            if (await connection.ExecuteScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM reserve.reservations WHERE host_booking_id = @hostBookingId AND booking_intent_id <> @BookingId)", new { hostBookingId, intent.BookingId }))
            {
                return HostBookingUsed;
            }
        }

        if (await host.FindBooking(hostBookingId, cancellation) is not ProviderAnswer<HostBooking?>.Done { Value: var booking })
        {
            return HostSilent;
        }

        if (booking is null)
        {
            return HostBookingDiffers("The Host has no booking with this id.");
        }

        if (booking.Status != HostBookingStatus.Confirmed)
        {
            return HostBookingDiffers("This booking is cancelled at the Host.");
        }

        return (booking.RoomTypeId, booking.CheckIn, booking.CheckOut, booking.Adults, booking.Children)
            == (intent.HostUnitId, intent.CheckIn, intent.CheckOut, intent.GuestsAdults, intent.GuestsChildren)
            ? await IsOfAnotherIntentAsync(booking.IdempotencyKey, intent.BookingId, cancellation) ? HostBookingUsed : null
            : HostBookingDiffers("This booking is of another room type, or of other dates or guests, than the guest has paid for.");
    }

    // Made under the key of a booking whose own saga will confirm it.
    private async Task<bool> IsOfAnotherIntentAsync(string key, Guid intentId, CancellationToken cancellation)
    {
        if (!Guid.TryParse(key, out var other) || other == intentId)
        {
            return false;
        }

        await using var connection = await database.OpenAsync(cancellation);
        return await BookingIntents.FindAsync(connection, other) is not null;
    }

    private static Refusal HostSilent => Refusal.Unavailable("host_silent", "The Host does not answer; try again in some minutes.");

    private static Refusal HostBookingDiffers(string detail) =>
        Refusal.Unprocessable("host_booking_differs", detail, new FieldError("host_booking_id", "host_booking_differs", detail));

    private Task HandOutAgainAsync(LockedException exception, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var key = await unit.Connection.ExecuteScalarAsync<string?>(
                    """
                    SELECT exception_key
                    FROM reserve.exceptions
                    WHERE id = @Id
                      AND status IN ('open', 'in_progress')
                    FOR UPDATE
                    """,
                    new { exception.Id });
                if (key is null)
                {
                    // Whoever pressed at the same time was quicker.
                    return;
                }

                await unit.Connection.ExecuteAsync(
                    """
                    UPDATE reserve.events
                    SET dead_lettered_at = NULL,
                        attempts = 0,
                        available_at = @now
                    WHERE id = @eventId
                      AND dead_lettered_at IS NOT NULL
                    """,
                    new { eventId = Guid.Parse(key.AsSpan("event_dead:".Length)), now });
                unit.Appended |= EventLanes.All;
                await Exceptions.ResolveAsync(unit, key, "handed out again", now);
                // Set aside again it is trouble anew, and wants a row of its own.
                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.exceptions SET exception_key = exception_key || ':' || id WHERE id = @Id AND exception_key = @key", new { exception.Id, key });
            },
            cancellation);

    private static Guid Named(LockedException exception, string name) => JsonElement.Parse(exception.Context).GetProperty(name).GetGuid();
}
