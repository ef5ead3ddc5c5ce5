using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Booking;

/// <summary>
/// A paid booking waits for a person's decision because the Host has said nothing for too long. Once it answers again, and as long
/// as nobody has taken the matter in hand, the booking is tried once more: nobody has to be asked what to do with a Host that is
/// back. Whoever has taken it may be booking there by hand.
/// </summary>
public sealed class LookForHost(ReserveDatabase database, HostConnectClient host, TimeProvider clock, IOptions<BookingOptions> options)
{
    /// <summary>Looks whether the Host answers, when it is time to; if it does, that it is asked again is decided.</summary>
    /// <param name="intentId">In <c>host_commit_failed</c>.</param>
    /// <returns>UTC instant of the next look; null: there is nothing to look for.</returns>
    public async Task<DateTimeOffset?> RunAsync(Guid intentId, CancellationToken cancellation)
    {
        var interval = options.Value.HostSilenceInterval;
        if (interval == TimeSpan.Zero || await SilentSinceAsync(intentId, cancellation) is not { } since)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        if (now < since + interval)
        {
            return since + interval;
        }

        if (!(await host.FindBookingByKey(intentId.ToString(), cancellation)).IsDone)
        {
            return clock.GetUtcNow() + interval;
        }

        await database.TransactAsync(unit => HostFailure.DecideAsync(unit, intentId, HostFailure.Retry, "system", clock.GetUtcNow(), evenIfTaken: false), cancellation);
        return clock.GetUtcNow();
    }

    // Since when a person may decide on the Host's silence. Null: it said no, somebody has taken it or decided, or it was silent
    // again after it was back once: a Host that comes and goes is for a person to judge.
    private async Task<DateTimeOffset?> SilentSinceAsync(Guid intentId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await connection.ExecuteScalarAsync<DateTime?>(
            """
            SELECT e.created_at
            FROM reserve.exceptions e
            JOIN reserve.provider_operations o ON o.operation_id = @OperationId AND o.state = 'unknown'
            WHERE e.booking_intent_id = @intentId
              AND e.exception_type = @ExceptionType
              AND e.status IN ('open', 'in_progress')
              AND e.decision IS NULL
              AND e.assigned_to IS NULL
              AND NOT EXISTS (
                  SELECT
                  FROM reserve.exceptions earlier
                  WHERE earlier.booking_intent_id = e.booking_intent_id
                    AND earlier.exception_type = e.exception_type
                    AND earlier.decided_actor = 'system')
            """,
            new { intentId, HostFailure.ExceptionType, OperationId = HostCommits.OperationId(intentId) }) is { } since
            ? new DateTimeOffset(since, TimeSpan.Zero)
            : null;
    }
}
