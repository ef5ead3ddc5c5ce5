using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Support;

namespace ReserveConnect.Booking.Stays;

/// <summary>
/// Nobody came by noon of the day after arrival: what the policy keeps is kept, and the nights from this day on are for sale
/// again. In one transaction, which also says that the Host must be told.
/// </summary>
public sealed class RecordNoShow(ReserveDatabase database, TimeProvider clock)
{
    /// <returns>Whether it was this call that recorded it.</returns>
    /// <exception cref="InvalidOperationException">The calendar lacks nights of the stay.</exception>
    internal Task<bool> RunAsync(Guid reservationId, CancellationToken cancellation) =>
        database.TransactAsync(unit => RecordAsync(unit, reservationId, clock.GetUtcNow()), cancellation);

    private async Task<bool> RecordAsync(UnitOfWork unit, Guid reservationId, DateTimeOffset now)
    {
        var stay = await BookedStay.LockAsync(unit, reservationId);
        if (stay.Status != StayMoves.Confirmed || !StayClock.IsNoShow(stay.CheckIn, now, stay.TimeZone))
        {
            return false;
        }

        var refund = NoShowRefund.Of(stay.Policy, stay.TotalAmount, StayClock.Notice(stay.CheckIn, now, stay.TimeZone));
        if (refund > 0)
        {
            // What gives money back is a cancellation, and is made as one.
            await RaiseRefundAsync(unit, stay, refund, now);
            return false;
        }

        var after = await stay.MoveAsync(unit, StayMoves.NoShow, null, "system", "nobody came by noon of the day after", now);
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.reservations SET cancellation_fee = total_amount WHERE id = @Id", new { stay.Id });
        if (Postings.CancellationFeeKept(stay.Money, stay.CommissionAmount) is { } kept)
        {
            await Ledger.PostAsync(unit, kept, "system", now);
        }

        if (StayClock.FreeFrom(stay.CheckOut, now, stay.TimeZone) is { } from)
        {
            await ReleaseNightsAsync(unit, stay, from, now);
            await HostReleases.BeginAsync(unit, stay, now);
        }

        await after.AnnounceAsync(unit, "booking.no_show", now);
        return true;
    }

    private static async Task ReleaseNightsAsync(UnitOfWork unit, BookedStay stay, DateOnly from, DateTimeOffset now)
    {
        var nights = await unit.Connection.ExecuteAsync(
            """
            WITH nights AS (
                SELECT unit_id, date
                FROM reserve.availability_calendar
                WHERE unit_id = @UnitId
                  AND date >= @from
                  AND date < @CheckOut
                ORDER BY date
                FOR UPDATE)
            UPDATE reserve.availability_calendar c
            SET bookings_count = c.bookings_count - 1,
                updated_at = @now
            FROM nights
            WHERE c.unit_id = nights.unit_id
              AND c.date = nights.date
            """,
            new { stay.UnitId, from, stay.CheckOut, now });
        if (nights != stay.CheckOut.DayNumber - from.DayNumber)
        {
            throw new InvalidOperationException($"reservation {stay.Id} has nights that the calendar lacks");
        }

        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.reservations SET released_from = @from, updated_at = @now WHERE id = @Id", new { stay.Id, from, now });
        await Outbox.AppendAsync(
            unit, "booking.nights_released", "reservation", stay.Id, new { stay.UnitId, CheckIn = from, stay.CheckOut }, now);
    }

    private static Task RaiseRefundAsync(UnitOfWork unit, BookedStay stay, decimal refund, DateTimeOffset now) =>
        Exceptions.RaiseAsync(
            unit,
            TroubleTypes.Of("no_show_refund").About(stay.Id, now) with
            {
                ReservationId = stay.Id,
                BookingIntentId = stay.BookingIntentId,
                PropertyId = stay.PropertyId,
                Context = new { stay.ConfirmationCode, Refund = refund, stay.Currency },
            },
            now);
}
