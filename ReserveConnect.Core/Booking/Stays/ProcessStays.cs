using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Booking.Stays;

/// <summary>How many stays one run moved on.</summary>
public sealed record StaysProcessed(int NoShows, int CheckedOut, int Completed);

/// <summary>
/// Moves on every stay whose time has come: not come by noon of the day after arrival, left by noon of the day after departure,
/// completed when the time for a review is over. Two runs at once do it once.
/// </summary>
public sealed class ProcessStays(
    ReserveDatabase database, RecordNoShow noShow, CheckOutBooking checkOut, CompleteStay complete, StayTroubles troubles, TimeProvider clock, IOptions<StayOptions> options,
    ILogger<ProcessStays> log)
{
    private const string NotCome =
        """
        SELECT r.id, r.check_in::text AS key
        FROM reserve.reservations r
        JOIN reserve.cities c ON c.id = r.city_id
        WHERE r.status = 'confirmed'
          AND r.check_in <= @today
          AND r.check_in + 1 + time '12:00' <= @now AT TIME ZONE c.time_zone
          AND (r.check_in, r.id) > (@key::date, @id)
        ORDER BY r.check_in, r.id
        LIMIT @Batch
        """;

    private const string NotLeft =
        """
        SELECT r.id, r.check_out::text AS key
        FROM reserve.reservations r
        JOIN reserve.cities c ON c.id = r.city_id
        WHERE r.status = 'checked_in'
          AND r.check_out <= @today
          AND r.check_out + 1 + time '12:00' <= @now AT TIME ZONE c.time_zone
          AND (r.check_out, r.id) > (@key::date, @id)
        ORDER BY r.check_out, r.id
        LIMIT @Batch
        """;

    private const string Reviewed =
        """
        SELECT r.id, r.checked_out_at::text AS key
        FROM reserve.reservations r
        WHERE r.status = 'checked_out'
          AND r.checked_out_at <= @reviewedBefore
          AND (r.checked_out_at, r.id) > (@key::timestamptz, @id)
        ORDER BY r.checked_out_at, r.id
        LIMIT @Batch
        """;

    /// <summary>One run. A stay that cannot be moved on goes before a person and is left for the next run; the others have their turn.</summary>
    public async Task<StaysProcessed> RunAsync(CancellationToken cancellation)
    {
        var processed = new StaysProcessed(
            await EachAsync("not_come", NotCome, noShow.RunAsync, cancellation),
            await EachAsync("not_left", NotLeft, checkOut.RunLateAsync, cancellation),
            await EachAsync("reviewed", Reviewed, complete.RunAsync, cancellation));
        await troubles.SettleAsync(cancellation);
        if (processed != new StaysProcessed(0, 0, 0))
        {
            log.LogInformation(
                "Stays moved on: {NoShows} did not come, {CheckedOut} left, {Completed} completed", processed.NoShows, processed.CheckedOut, processed.Completed);
        }

        return processed;
    }

    // One kind that cannot be read does not stop the others.
    private async Task<int> EachAsync(string kind, string due, Func<Guid, CancellationToken, Task<bool>> moveAsync, CancellationToken cancellation)
    {
        try
        {
            return await EachAsync(due, moveAsync, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            log.LogError(failure, "The stays of kind {Kind} could not all be looked at", kind);
            return 0;
        }
    }

    private async Task<int> EachAsync(string due, Func<Guid, CancellationToken, Task<bool>> moveAsync, CancellationToken cancellation)
    {
        var (seen, moved) = (0, 0);
        var last = (Id: Guid.Empty, Key: "-infinity");
        while (seen < options.Value.MostPerRun)
        {
            var batch = await ReadAsync(due, last.Key, last.Id, cancellation);
            foreach (var stay in batch)
            {
                moved += await TryAsync(stay.Id, moveAsync, cancellation) ? 1 : 0;
            }

            if (batch.Count < options.Value.Batch)
            {
                break;
            }

            (seen, last) = (seen + batch.Count, batch[^1]);
        }

        return moved;
    }

    private async Task<bool> TryAsync(Guid reservationId, Func<Guid, CancellationToken, Task<bool>> moveAsync, CancellationToken cancellation)
    {
        try
        {
            return await moveAsync(reservationId, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            log.LogError(failure, "The stay of reservation {ReservationId} could not be moved on", reservationId);
            await troubles.RaiseAsync(reservationId, failure.GetType().Name, cancellation);
            return false;
        }
    }

    private async Task<List<(Guid Id, string Key)>> ReadAsync(string due, string key, Guid id, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        return [.. await connection.QueryAsync<(Guid, string)>(
            due,
            new
            {
                now,
                // No clock on a wall is a day and a half behind: what is due there is of today's date here at the latest.
                today = DateOnly.FromDateTime(now.UtcDateTime),
                reviewedBefore = now - options.Value.ReviewTime,
                key,
                id,
                options.Value.Batch,
            })];
    }
}
