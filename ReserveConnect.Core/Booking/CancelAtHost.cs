using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using ReserveConnect.Support;

namespace ReserveConnect.Booking;

/// <summary>What came of asking the Host to let go.</summary>
public enum HostLetGo
{
    /// <summary>Nothing stands there any more.</summary>
    Done,

    /// <summary>It keeps the booking, and so does the guest.</summary>
    Rejected,

    /// <summary>No answer that settles it, or a no that comes too late; it is asked again.</summary>
    Open,
}

/// <summary>One try to cancel at the Host.</summary>
/// <param name="RetryAt">UTC instant of the next, where it is open.</param>
/// <param name="MoneyWaits">Whether the guest's money still waits for the Host.</param>
public sealed record HostLetGoStep(HostLetGo Result, DateTimeOffset? RetryAt = null, bool MoneyWaits = false);

/// <summary>
/// The first step of a cancellation. The Host's no ends it; while the Host is silent the money waits for some short tries and
/// no longer, and the Host is asked on. A supervisor's cancellation does not wait for anybody's consent.
/// </summary>
public sealed class CancelAtHost(
    ReserveDatabase database, HostConnectClient host, TimeProvider clock, IOptions<BookingOptions> options, ILogger<CancelAtHost> log)
{
    /// <summary>How often what is open of a cancellation is looked at when patience is over: it stays with a person and is not forgotten.</summary>
    public static readonly TimeSpan SlowInterval = TimeSpan.FromHours(1);

    /// <param name="cancellationId">The cancellation.</param>
    /// <param name="attempt">1 for the first try of a saga.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<HostLetGoStep> RunAsync(Guid cancellationId, int attempt, CancellationToken cancellation)
    {
        Cancellation known;
        Reservation reservation;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            known = await Cancellations.FindAsync(connection, cancellationId);
            reservation = (await ReservationRows.FindAsync(connection, known.ReservationId))!;
        }

        if (known.Status == CancellationStatus.Rejected || known.HostSettledAt is not null)
        {
            return new(known.Status == CancellationStatus.Rejected ? HostLetGo.Rejected : HostLetGo.Done);
        }

        switch (await AskAsync(reservation, cancellation))
        {
            case ProviderAnswer<HostBooking?>.Done { Value: null or { Status: HostBookingStatus.Cancelled } } gone:
                if (await FreeOthersAsync(reservation, gone.Value, cancellation) is not { } kept)
                {
                    log.LogWarning("The Host does not say whether another booking made for reservation {ReservationId} stands at try {Attempt}", reservation.Id, attempt);
                    return await database.TransactAsync(unit => OpenAsync(unit, cancellationId, attempt, code: null), cancellation);
                }

                await database.TransactAsync(unit => SettleAsync(unit, cancellationId, kept), cancellation);
                return new(HostLetGo.Done);
            case ProviderAnswer<HostBooking?>.Refused refused when IsTheHosts(refused):
                log.LogWarning("The Host refuses to cancel the booking of reservation {ReservationId}: {Code}", reservation.Id, refused.Code);
                return await database.TransactAsync(unit => RefusedAsync(unit, cancellationId, refused.Code, attempt), cancellation);
            case var silent:
                log.LogWarning("The Host does not cancel the booking of reservation {ReservationId} at try {Attempt}: {Answer}", reservation.Id, attempt, silent.GetType().Name);
                return await database.TransactAsync(unit => OpenAsync(unit, cancellationId, attempt, code: null), cancellation);
        }
    }

    // A booking that was made by hand has no key of ours; of one that the Host does not know by its id, nothing may come to
    // stand under the key either.
    private async Task<ProviderAnswer<HostBooking?>> AskAsync(Reservation reservation, CancellationToken cancellation)
    {
        var byId = (await host.CancelBooking(reservation.HostBookingId, cancellation)).Select(HostBooking? (booking) => booking);
        return byId is ProviderAnswer<HostBooking?>.Refused { Code: "booking_not_found" }
            ? await host.CancelBookingByKey(reservation.BookingIntentId.ToString(), cancellation)
            : byId;
    }

    // What the Host decides it says with a code of its own, as a conflict or as something it cannot do. A proxy's answer, a wrong
    // address or a key that is not taken decide nothing.
    private static bool IsTheHosts(ProviderAnswer<HostBooking?>.Refused refused) =>
        refused.Status is 409 or 422 && !refused.Code.StartsWith("http_", StringComparison.Ordinal);

    // What else was made for the guest there goes with it: under the intent's key, where another booking stands for it, and what
    // changes left behind. Returns the keys of the trouble that stays because the Host says no; null while it is silent.
    private async Task<IReadOnlyList<string>?> FreeOthersAsync(Reservation reservation, HostBooking? cancelled, CancellationToken cancellation)
    {
        List<string> kept = [];
        if (cancelled is not null && cancelled.IdempotencyKey != reservation.BookingIntentId.ToString())
        {
            switch (await host.CancelBookingByKey(reservation.BookingIntentId.ToString(), cancellation))
            {
                case ProviderAnswer<HostBooking?>.Done:
                    break;
                case ProviderAnswer<HostBooking?>.Refused refused when IsTheHosts(refused):
                    kept.Add(UndoAtHost.KeyOf(reservation.BookingIntentId));
                    break;
                default:
                    return null;
            }
        }

        IReadOnlyList<ReplacedBooking> replaced;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            replaced = await ReplacedBookings.StandingAsync(connection, reservation.Id);
        }

        foreach (var booking in replaced)
        {
            switch ((await host.CancelBooking(booking.HostBookingId, cancellation)).Select(HostBooking? (answered) => answered))
            {
                case ProviderAnswer<HostBooking?>.Done or ProviderAnswer<HostBooking?>.Refused { Code: "booking_not_found" }:
                    await database.TransactAsync(unit => ReplacedBookings.DoneAsync(unit, booking.ChangeId, clock.GetUtcNow()), cancellation);
                    break;
                case ProviderAnswer<HostBooking?>.Refused refused when IsTheHosts(refused):
                    kept.Add(ReplacedBookings.TroubleKey(booking.ChangeId));
                    break;
                default:
                    return null;
            }
        }

        return kept;
    }

    private static string GivenUpKeyOf(Guid cancellationId) => $"{UndoAtHost.KeyOf(cancellationId)}:given_up";

    private async Task SettleAsync(UnitOfWork unit, Guid cancellationId, IReadOnlyList<string> kept)
    {
        var now = clock.GetUtcNow();
        var (current, reservation) = await Cancellations.LockAsync(unit, cancellationId);
        if (current.Status != CancellationStatus.Pending || current.HostSettledAt is not null)
        {
            return;
        }

        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.cancellations SET host_settled_at = @now, updated_at = @now WHERE id = @cancellationId", new { cancellationId, now });
        await StayNights.GiveBackAsync(unit, reservation, reservation.CheckIn, now);
        if (kept.Contains(UndoAtHost.KeyOf(reservation.BookingIntentId)))
        {
            await Exceptions.RaiseAsync(
                unit,
                UndoAtHost.Trouble(reservation.BookingIntentId, now + options.Value.HostFailureDecisionTime) with { ReservationId = reservation.Id, PropertyId = reservation.PropertyId },
                now);
        }

        var settled = (await unit.Connection.QueryAsync<string>(
            """
            SELECT e.exception_key
            FROM reserve.exceptions e
            JOIN reserve.booking_intents i ON i.id = e.booking_intent_id
            WHERE (i.id = @BookingIntentId OR i.modifies_reservation_id = @Id)
              AND e.exception_type = @ExceptionType
              AND e.status IN ('open', 'in_progress')
              AND e.exception_key <> ALL (@kept)
            ORDER BY e.id
            """,
            new { reservation.BookingIntentId, reservation.Id, UndoAtHost.ExceptionType, kept = kept.ToArray() })).AsList();
        foreach (var key in settled)
        {
            await Exceptions.ResolveAsync(unit, key, "cancelled at the Host", now);
        }
    }

    private async Task<HostLetGoStep> RefusedAsync(UnitOfWork unit, Guid cancellationId, string code, int attempt)
    {
        var now = clock.GetUtcNow();
        var (current, reservation) = await Cancellations.LockAsync(unit, cancellationId);
        if (current.Status != CancellationStatus.Pending)
        {
            return new(current.Status == CancellationStatus.Rejected ? HostLetGo.Rejected : HostLetGo.Done);
        }

        if (current.Forced || current.MoneyMovedAt is not null || current.HostSettledAt is not null)
        {
            return await OpenAsync(unit, cancellationId, attempt, code);
        }

        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.cancellations SET rejection_code = @code WHERE id = @cancellationId", new { cancellationId, code });
        await Cancellations.MoveAsync(unit, cancellationId, CancellationStatus.Rejected, code, now);
        await ReservationRows.MoveAsync(
            unit, reservation.Id, ReservationStatus.CancelPending, ReservationStatus.Confirmed, "system", "the Host keeps the booking", now);
        // Its own trouble is over; what may stand there beside the booking may stand there still.
        await Exceptions.ResolveAsync(unit, UndoAtHost.KeyOf(cancellationId), "the Host keeps the booking", now);
        await Exceptions.ResolveAsync(unit, GivenUpKeyOf(cancellationId), "the Host keeps the booking", now);
        await Outbox.AppendAsync(
            unit, "booking.cancellation_rejected", "reservation", reservation.Id,
            new { cancellationId, reservation.BookingIntentId, reservation.PropertyId, code }, now);
        return new(HostLetGo.Rejected);
    }

    private async Task<HostLetGoStep> OpenAsync(UnitOfWork unit, Guid cancellationId, int attempt, string? code)
    {
        var now = clock.GetUtcNow();
        var (current, reservation) = await Cancellations.LockAsync(unit, cancellationId);
        if (current.HostSettledAt is not null)
        {
            return new(HostLetGo.Done);
        }

        // A no is an answer: nobody waits for another.
        var moneyWaits = code is null && current.MoneyMovedAt is null && attempt < options.Value.CancelHostTries
            && now < current.RequestedAt + options.Value.CancellationGiveUp;
        var isGivenUp = now >= current.RequestedAt + options.Value.CancellationGiveUp;
        if (!moneyWaits)
        {
            // Trouble that was closed does not come back under its key: each cancellation has its own, and so has its giving up.
            await Exceptions.RaiseAsync(
                unit,
                UndoAtHost.Trouble(current.BookingIntentId, now + options.Value.HostFailureDecisionTime) with
                {
                    Key = isGivenUp ? GivenUpKeyOf(cancellationId) : UndoAtHost.KeyOf(cancellationId),
                    ReservationId = reservation.Id,
                    PropertyId = reservation.PropertyId,
                    ErrorCode = code,
                    Context = new { cancellationId, reservation.HostBookingId, reservation.UnitId, reservation.CheckIn, reservation.CheckOut },
                },
                now);
        }

        var wait = moneyWaits
            ? options.Value.CancelHostFirstBackoff * Math.Pow(2, attempt - 1)
            : isGivenUp ? SlowInterval : UndoAtHost.Backoff(attempt, options.Value);
        return new(HostLetGo.Open, now + wait, moneyWaits);
    }
}
