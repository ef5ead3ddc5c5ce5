using Dapper;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Database;
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
        // The intent before the reservation, as everybody else locks them.
        await BookingIntents.LockAsync(unit, (await BookedStay.FindAsync(unit.Connection, reservationId)).BookingIntentId);
        var stay = await BookedStay.LockAsync(unit, reservationId);
        if (stay.Status != ReservationStatus.Confirmed || !StayClock.IsNoShow(stay.CheckIn, now, stay.TimeZone))
        {
            return false;
        }

        if (await OpenModifications.RefusalAsync(unit.Connection, stay.Id) is not null)
        {
            // Its guest has paid for another stay, and the property's answer is under way: the next run knows.
            return false;
        }

        // What staff have given back of it since is no longer there to be kept.
        var standing = await StandingMoney.ReadAsync(unit.Connection, stay.Id, stay.BookingIntentId, stay.PropertyId, stay.Currency);
        var notice = StayClock.Notice(stay.CheckIn, StayClock.NoShowAt(stay.CheckIn, stay.TimeZone), stay.TimeZone);
        var refund = NoShowRefund.Of(stay.Policy, stay.RefundCeilingPercent, standing.Booking.Total, notice);
        if (refund > 0 && !await IsDismissedAsync(unit, stay))
        {
            // What gives money back is a cancellation, and is made as one.
            await RaiseRefundAsync(unit, stay, refund, now);
            return false;
        }

        var after = await stay.MoveAsync(unit, ReservationStatus.NoShow, null, "system", "nobody came by noon of the day after", now);
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.reservations SET cancellation_fee = cancellation_fee + total_amount WHERE id = @Id", new { stay.Id });
        if (Postings.CancellationFeeKept(standing.Booking, standing.Booking.Commission) is { } kept)
        {
            await Ledger.PostAsync(unit, kept, "system", now);
        }

        if (StayClock.FreeFrom(stay.CheckOut, now, stay.TimeZone) is { } from)
        {
            await StayNights.GiveBackAsync(unit, (await ReservationRows.FindAsync(unit.Connection, stay.Id))!, from, now);
            await HostReleases.BeginAsync(unit, stay, now);
        }

        await after.AnnounceAsync(unit, "booking.no_show", now);
        return true;
    }

    // Somebody has decided that it gives nothing back.
    private static Task<bool> IsDismissedAsync(UnitOfWork unit, BookedStay stay) =>
        unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM reserve.exceptions WHERE exception_key = @key AND status = 'dismissed')", new { key = $"no_show_refund:{stay.Id}" });

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
