using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using ReserveConnect.Support;

namespace ReserveConnect.Booking.Stays;

/// <summary>
/// Tells the Host that nights of a stay are free, so that it counts what we count. While it is silent it is told again; a no,
/// or a silence that lasts, goes before a person.
/// </summary>
public sealed class ReleaseAtHost(
    ReserveDatabase database, HostConnectClient host, TimeProvider clock, IOptions<BookingOptions> booking, IOptions<StayOptions> options,
    ILogger<ReleaseAtHost> log)
{
    /// <summary>The exception of nights that the Host does not take back.</summary>
    public const string ExceptionType = "host_release_failed";

    /// <summary>Tells it once.</summary>
    /// <param name="reservationId">Has given nights back.</param>
    /// <param name="attempt">1 for the first try of a round.</param>
    public async Task<CompensationStep> RunAsync(Guid reservationId, int attempt, CancellationToken cancellation)
    {
        BookedStay stay;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            stay = await BookedStay.FindAsync(connection, reservationId);
        }

        switch (await TellAsync(stay, cancellation))
        {
            case ProviderAnswer<HostBooking>.Done:
            // What does not stand there any more takes no night.
            case ProviderAnswer<HostBooking>.Refused { Code: "booking_cancelled" }:
                await database.TransactAsync(unit => DoneAsync(unit, stay), cancellation);
                return new(true, null);
            // A key that the Host does not know is our trouble, not its answer.
            case ProviderAnswer<HostBooking>.Refused { Status: not (401 or 403) } refused:
                log.LogWarning("The Host does not take nights of reservation {ReservationId} back: {Code}", reservationId, refused.Code);
                await database.TransactAsync(unit => FailedAsync(unit, stay, "refused", refused.Code, isForPerson: true), cancellation);
                return new(false, null);
            case var silent:
                var isLast = attempt >= booking.Value.CompensationTries;
                await database.TransactAsync(
                    unit => FailedAsync(unit, stay, silent is ProviderAnswer<HostBooking>.NotSent ? "not_sent" : "unknown", "host_silent", isLast), cancellation);
                return new(false, isLast ? null : clock.GetUtcNow() + UndoAtHost.Backoff(attempt, booking.Value));
        }
    }

    /// <summary>Reservations of which the Host has still to be told, the oldest first.</summary>
    internal async Task<IReadOnlyList<Guid>> OwedAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return
        [
            .. await connection.QueryAsync<Guid>(
                """
                SELECT r.id
                FROM reserve.provider_operations o
                JOIN reserve.reservations r ON r.booking_intent_id = o.booking_intent_id
                WHERE o.kind = 'host_release'
                  AND o.state IN ('started', 'not_sent', 'unknown')
                ORDER BY o.started_at
                LIMIT @MostPerRun
                """,
                new { options.Value.MostPerRun }),
        ];
    }

    /// <summary>A no that somebody wants to hear again is one no longer.</summary>
    public Task ReopenAsync(Guid reservationId, CancellationToken cancellation) =>
        database.TransactAsync(unit => HostReleases.ReopenAsync(unit, reservationId), cancellation);

    private Task<ProviderAnswer<HostBooking>> TellAsync(BookedStay stay, CancellationToken cancellation) => stay.ReleasedFrom switch
    {
        null => throw new InvalidOperationException($"reservation {stay.Id} has given no night back"),
        { } from when from <= stay.CheckIn => host.CancelBooking(stay.HostBookingId, cancellation),
        { } from => ShortenAsync(stay, from, cancellation),
    };

    // A Host that has the nights back already, by its own desk or by an answer that was lost, is not asked for them.
    private async Task<ProviderAnswer<HostBooking>> ShortenAsync(BookedStay stay, DateOnly from, CancellationToken cancellation)
    {
        if (await host.FindBooking(stay.HostBookingId, cancellation) is ProviderAnswer<HostBooking?>.Done { Value: { } booking }
            && (booking.Status == HostBookingStatus.Cancelled || booking.CheckOut <= from))
        {
            return new ProviderAnswer<HostBooking>.Done(booking);
        }

        return await host.ChangeBooking(stay.HostBookingId, new(CheckOut: from), HostReleases.OperationId(stay.Id), cancellation);
    }

    private async Task DoneAsync(UnitOfWork unit, BookedStay stay)
    {
        var now = clock.GetUtcNow();
        await HostReleases.RecordAsync(unit, stay.Id, "done", null, now);
        await Exceptions.ResolveAsync(unit, $"{ExceptionType}:{stay.Id}", "the Host has the nights back", now);
    }

    private async Task FailedAsync(UnitOfWork unit, BookedStay stay, string state, string code, bool isForPerson)
    {
        var now = clock.GetUtcNow();
        await HostReleases.RecordAsync(unit, stay.Id, state, code, now);
        if (isForPerson)
        {
            await Exceptions.RaiseAsync(
                unit,
                TroubleTypes.Of(ExceptionType).About(stay.Id, now) with
                {
                    ReservationId = stay.Id,
                    BookingIntentId = stay.BookingIntentId,
                    PropertyId = stay.PropertyId,
                    ErrorCode = code,
                    Context = new { stay.ConfirmationCode, stay.HostBookingId, stay.CheckIn, stay.CheckOut, stay.ReleasedFrom },
                },
                now);
        }
    }
}
