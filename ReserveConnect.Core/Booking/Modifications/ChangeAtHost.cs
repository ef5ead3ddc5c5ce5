using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Inventory.Sync;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Booking.Modifications;

/// <summary>
/// A change at the Host, under its intent's id. What is asked for is the whole new stay, so that asking twice is asking once;
/// an answer that was lost is found by reading the booking. A yes is believed only with the stay that was asked for in it.
/// </summary>
public sealed class ChangeAtHost(ReserveDatabase database, HostConnectClient host, HostBookingChanged reports, TimeProvider clock)
{
    /// <summary>One try; every later one first looks whether an earlier one went through.</summary>
    /// <param name="change">In <c>host_commit_pending</c>.</param>
    /// <param name="attempt">1 for the first try of a round.</param>
    public async Task<HostCommitResult> TryAsync(BookingIntent change, int attempt, CancellationToken cancellation)
    {
        var stay = await StayOfAsync(change, cancellation);
        if (!ModificationRules.MayStillBeMade(stay, change))
        {
            return new(HostAnswer.Refused, Reason: "reservation_closed");
        }

        if (attempt > 1 && await AskAsync(change, stay, cancellation) is { } known)
        {
            return known;
        }

        var answer = await host.ChangeBooking(stay.HostBookingId, Wanted(change), change.Id.ToString(), cancellation);
        var result = ResultOf(change, answer);
        if (result.Reason is "differs_at_host" or "booking_cancelled" or "booking_not_found" or "cancelled_at_host")
        {
            await reports.LookAsync(stay.BookingIntentId, cancellation);
        }

        return result;
    }

    /// <summary>What stands at the Host before the change is given up: the new stay after all, or the old one, for good.</summary>
    public async Task<HostCommitResult> SettleAsync(BookingIntent change, CancellationToken cancellation)
    {
        var stay = await StayOfAsync(change, cancellation);
        if (ModificationRules.MayStillBeMade(stay, change) && await AskAsync(change, stay, cancellation) is { Answer: not HostAnswer.Refused } answer)
        {
            return answer;
        }

        return await UndoAsync(change, cancellation)
            ? new(HostAnswer.Refused, Reason: "unchanged_at_host")
            : new(HostAnswer.Unreachable, Reason: "host_silent");
    }

    /// <summary>
    /// Makes sure that the Host has the stay that stands here, now or when a late request arrives there: the key of the change is
    /// used up for the stay as it is. Where the Host has that key already for the new stay, it is asked to change back.
    /// </summary>
    /// <returns>Whether the Host has said so.</returns>
    public async Task<bool> UndoAsync(BookingIntent change, CancellationToken cancellation)
    {
        var stay = await StayOfAsync(change, cancellation);
        switch (stay.Status)
        {
            case ReservationStatus.Cancelled:
                // Its cancellation has settled it at the Host.
                return true;
            case ReservationStatus.CancelPending:
                // The Host may keep the booking, and then must keep the right one.
                return false;
        }

        if (await IsChangedAnewAsync(change, cancellation))
        {
            // What the Host has at this moment may be of the later change.
            return false;
        }

        // A stay that is neither is the property's own doing: it is not touched, and somebody is told.
        var wanted = AsItStands(stay);
        switch (await host.FindBooking(stay.HostBookingId, cancellation))
        {
            case ProviderAnswer<HostBooking?>.Done { Value: var booking } when !IsConfirmedAs(booking, wanted) && !IsConfirmedAs(booking, Wanted(change)):
                await reports.LookAsync(stay.BookingIntentId, cancellation);
                return true;
            case not ProviderAnswer<HostBooking?>.Done:
                return false;
        }

        await database.TransactAsync(unit => HostCommits.NoteUndoAsync(unit, change.Id, clock.GetUtcNow()), cancellation);
        var answer = await host.ChangeBooking(stay.HostBookingId, wanted, change.Id.ToString(), cancellation);
        if (answer is ProviderAnswer<HostBooking>.Refused { Code: "idempotency_mismatch" })
        {
            answer = await host.ChangeBooking(stay.HostBookingId, wanted, $"{change.Id}:undo", cancellation);
        }

        return answer switch
        {
            ProviderAnswer<HostBooking>.Done { Value: var booking } when IsAs(booking, wanted) => true,
            // The key was used before and somebody has changed it since, or it refuses the stay as it is by rules that are newer
            // than the booking: what it has tells, now or at the next try.
            ProviderAnswer<HostBooking>.Done or ProviderAnswer<HostBooking>.Refused =>
                IsConfirmedAs((await host.FindBooking(stay.HostBookingId, cancellation)).ValueOrNull, wanted),
            _ => false,
        };
    }

    /// <summary>
    /// Where somebody booked the new stay by hand, the Host's booking of the old one goes: once the new one stands here, and not
    /// before, for a change that comes to nothing leaves the old one.
    /// </summary>
    /// <returns>Whether the Host has said so.</returns>
    public async Task<bool> FreeReplacedAsync(BookingIntent change, CancellationToken cancellation)
    {
        Guid? replaced;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            replaced = await connection.ExecuteScalarAsync<Guid?>(
                """
                SELECT provider_reference::uuid
                FROM reserve.provider_operations
                WHERE operation_id = @OperationId
                """,
                new { OperationId = ReplacedBookings.OperationId(change.Id) });
        }

        if (replaced is not { } old)
        {
            return true;
        }

        if (await host.CancelBooking(old, cancellation) is not (ProviderAnswer<HostBooking>.Done or ProviderAnswer<HostBooking>.Refused { Code: "booking_not_found" }))
        {
            return false;
        }

        await database.TransactAsync(unit => ReplacedBookings.DoneAsync(unit, change.Id, clock.GetUtcNow()), cancellation);
        return true;
    }

    // Null: the booking stands there, and not as the change wants it.
    private async Task<HostCommitResult?> AskAsync(BookingIntent change, StandingStay stay, CancellationToken cancellation)
    {
        switch (await host.FindBooking(stay.HostBookingId, cancellation))
        {
            case ProviderAnswer<HostBooking?>.Done { Value: { Status: HostBookingStatus.Confirmed } booking }:
                return IsAs(booking, Wanted(change)) ? Booked(change, booking) : null;
            case ProviderAnswer<HostBooking?>.Done { Value: var gone }:
                await reports.LookAsync(stay.BookingIntentId, cancellation);
                return new(HostAnswer.Refused, Reason: gone is null ? "booking_not_found" : "cancelled_at_host");
            case ProviderAnswer<HostBooking?>.Refused refused:
                return new(HostAnswer.Unreachable, Reason: refused.Code);
            case ProviderAnswer<HostBooking?>.NotSent notSent:
                return new(HostAnswer.Unreachable, Reason: notSent.Reason);
            case ProviderAnswer<HostBooking?>.Unknown unknown:
                return new(HostAnswer.Unreachable, Reason: unknown.Reason);
            default:
                throw new InvalidOperationException("none of the four answers");
        }
    }

    private async Task<bool> IsChangedAnewAsync(BookingIntent change, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                SELECT
                FROM reserve.booking_intents
                WHERE modifies_reservation_id = @ModifiesReservationId
                  AND id > @Id
                  AND status IN ('host_commit_pending', 'host_commit_failed'))
            """,
            new { change.ModifiesReservationId, change.Id });
    }

    private async Task<StandingStay> StayOfAsync(BookingIntent change, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await StandingStay.ReadAsync(connection, change.ModifiesReservationId!.Value);
    }

    // A key that was used before is answered with the booking as it is now, which may be another stay by somebody's hand: the next
    // try asks, and finds what stands there.
    private static HostCommitResult ResultOf(BookingIntent change, ProviderAnswer<HostBooking> answer) =>
        answer.Match(
            booking => booking.Status != HostBookingStatus.Confirmed ? new(HostAnswer.Refused, Reason: "cancelled_at_host")
                : IsAs(booking, Wanted(change)) ? Booked(change, booking)
                : new HostCommitResult(HostAnswer.Refused, Reason: "differs_at_host"),
            refused => new(IsTheHosts(refused) ? HostAnswer.Refused : HostAnswer.Unreachable, Reason: refused.Code),
            notSent => new(HostAnswer.Unreachable, Reason: notSent.Reason),
            unknown => new(HostAnswer.Unreachable, Reason: unknown.Reason));

    // What the Host decides it says with a code of its own. A proxy's answer, a wrong address or a key that is not taken is our
    // trouble, not its answer to this change.
    private static bool IsTheHosts(ProviderAnswer<HostBooking>.Refused refused) =>
        refused.Status is 404 or 409 or 422 && !refused.Code.StartsWith("http_", StringComparison.Ordinal);

    private static HostCommitResult Booked(BookingIntent change, HostBooking booking) =>
        new(HostAnswer.Booked, booking.Id, OwesRefund: JsonSerializer.Deserialize<ModificationPrice>(change.Modification!, EventJson.Options)!.Refund > 0);

    private static HostBookingChange Wanted(BookingIntent change) =>
        new(change.CheckIn, change.CheckOut, change.GuestsAdults, change.GuestsChildren, change.HostUnitId);

    // Nights that were given back since are no part of it.
    private static HostBookingChange AsItStands(StandingStay stay) =>
        new(stay.CheckIn, stay.ReleasedFrom ?? stay.CheckOut, stay.GuestsAdults, stay.GuestsChildren, stay.HostUnitId);

    private static bool IsConfirmedAs(HostBooking? booking, HostBookingChange stay) =>
        booking is { Status: HostBookingStatus.Confirmed } && IsAs(booking, stay);

    private static bool IsAs(HostBooking booking, HostBookingChange stay) =>
        new HostBookingChange(booking.CheckIn, booking.CheckOut, booking.Adults, booking.Children, booking.RoomTypeId) == stay;
}
