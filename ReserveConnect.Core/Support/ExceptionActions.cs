using System.Text.Json;
using Dapper;
using ReserveConnect.Booking;
using ReserveConnect.Booking.Stays;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Sync;
using ReserveConnect.Payments;

namespace ReserveConnect.Support;

/// <summary>What each action of <see cref="TroubleTypes"/> does. Whatever settles the trouble closes its exception, as when nobody had asked.</summary>
public sealed class ExceptionActions(
    ReserveDatabase database, IBookingSagas sagas, RefundOrders refunds, UndoAtHost undo, CancelAtHost cancel, ReleaseAtHost release, PropertyCheck properties,
    HostBookingChanged hostBookings, TimeProvider clock)
{
    /// <summary>Whether what the order says is so, where somebody outside knows.</summary>
    internal async Task<Refusal?> CheckAsync(LockedException exception, ExceptionOrder order, CancellationToken cancellation) =>
        (exception.ExceptionType, order.Action) switch
        {
            (HostFailure.ExceptionType, "override") => await CheckHostBookingAsync(order.HostBookingId!.Value, cancellation),
            ("refund_failed", "override") => await refunds.CheckAsync(Named(exception, "refund_id"), order.ProviderRefundId!, cancellation),
            _ => null,
        };

    /// <summary>Does it. Done before, it comes to the same.</summary>
    /// <returns>Null when it is done, or on its way; refusals: <c>host_silent</c>, and those of a refund made by hand.</returns>
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
                if (await refunds.RecordAsync(Named(exception, "refund_id"), order.ProviderRefundId!, cancellation) is { } refusal)
                {
                    return refusal;
                }

                await sagas.AttendAsync(exception.BookingIntentId!.Value, cancellation);
                return null;
            case ("payment_outcome_unknown", "retry"):
                await sagas.TakeLatePaymentAsync(Named(exception, "attempt_id"), cancellation);
                return null;
            case ("host_cancel_failed", "retry"):
                await FreeHostAsync(exception, cancellation);
                return null;
            case (ReleaseAtHost.ExceptionType, "retry"):
                await release.ReopenAsync(exception.ReservationId!.Value, cancellation);
                await sagas.EnsureReleaseAsync(exception.ReservationId!.Value, cancellation);
                return null;
            case ("inventory_mismatch" or "overbooked", "retry"):
                return await ToHostAsync(() => properties.RunAsync(exception.PropertyId!.Value, cancellation));
            case ("host_booking_changed", "retry"):
                return await ToHostAsync(() => hostBookings.HandleAsync(
                    new(HostChange.Booking, "", 0, BookingId: null, exception.BookingIntentId!.Value), cancellation));
            case ("event_dead_lettered", "retry"):
                await HandOutAgainAsync(exception, cancellation);
                return null;
            default:
                throw new InvalidOperationException($"nothing does {order.Action} for an exception {exception.ExceptionType}");
        }
    }

    // Of a booking that was never confirmed, or of one that was given up.
    private async Task FreeHostAsync(LockedException exception, CancellationToken cancellation)
    {
        if (!JsonElement.Parse(exception.Context).TryGetProperty("cancellation_id", out var cancellationId))
        {
            await undo.RunAsync(exception.BookingIntentId!.Value, attempt: 1, cancellation);
            return;
        }

        // No first try: the money has waited for the Host, and does so no longer.
        await cancel.RunAsync(cancellationId.GetGuid(), attempt: int.MaxValue, cancellation);
        await sagas.CancelAsync(cancellationId.GetGuid(), cancellation);
    }

    private static async Task<Refusal?> ToHostAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return null;
        }
        catch (HostSyncException)
        {
            return Refusal.Unavailable("host_silent", "The Host does not answer; try again in some minutes.");
        }
    }

    private async Task<Refusal?> CheckHostBookingAsync(Guid hostBookingId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM reserve.reservations WHERE host_booking_id = @hostBookingId)", new { hostBookingId })
            ? Refusal.Unprocessable(
                "host_booking_id_used", "Another reservation has this booking at the Host.", new FieldError("host_booking_id", "host_booking_id_used", "Of another reservation."))
            : null;
    }

    private Task HandOutAgainAsync(LockedException exception, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var key = await unit.Connection.ExecuteScalarAsync<string>("SELECT exception_key FROM reserve.exceptions WHERE id = @Id", new { exception.Id });
                await unit.Connection.ExecuteAsync(
                    """
                    UPDATE reserve.events
                    SET dead_lettered_at = NULL,
                        attempts = 0,
                        available_at = @now
                    WHERE id = @eventId
                      AND dead_lettered_at IS NOT NULL
                    """,
                    new { eventId = Guid.Parse(key!.AsSpan("event_dead:".Length)), now });
                unit.HasEvents = true;
                await Exceptions.ResolveAsync(unit, key!, "handed out again", now);
                // Set aside again it is trouble anew, and wants a row of its own.
                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.exceptions SET exception_key = exception_key || ':' || id WHERE id = @Id AND exception_key = @key", new { exception.Id, key });
            },
            cancellation);

    private static Guid Named(LockedException exception, string name) => JsonElement.Parse(exception.Context).GetProperty(name).GetGuid();
}
