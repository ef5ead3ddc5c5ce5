using System.Diagnostics.Metrics;
using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Reporting;

/// <summary>Figures that only the database has, as metrics; the minute timer records them, alerts and workbook read them.</summary>
public sealed class BusinessFigures(ReserveDatabase database, TimeProvider clock)
{
    public const string MeterName = "ReserveConnect.Business";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Gauge<long> OpenExceptions =
        Meter.CreateGauge<long>("reserve.exceptions.open", "{exception}", "Exceptions that nobody has resolved or dismissed");

    private static readonly Gauge<long> OverdueExceptions =
        Meter.CreateGauge<long>("reserve.exceptions.overdue", "{exception}", "Exceptions that nobody has resolved or dismissed by their deadline");

    private static readonly Gauge<long> OpenFindings =
        Meter.CreateGauge<long>("reserve.reconciliation.findings.open", "{finding}", "Differences between the books and a provider that nobody has settled");

    private static readonly Gauge<double> OldestUnconfirmed =
        Meter.CreateGauge<double>("reserve.confirmation.oldest", "s", "Age of the oldest booking that is paid and that the Host has neither taken nor refused; 0 when there is none");

    /// <summary>Reads and records them.</summary>
    public async Task RecordAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var (open, overdue, findings, oldest) = await connection.QuerySingleAsync<(long, long, long, double)>(
            """
            SELECT
                (SELECT count(*) FROM reserve.exceptions WHERE status IN ('open', 'in_progress')),
                (SELECT count(*) FROM reserve.exceptions WHERE status IN ('open', 'in_progress') AND due_at < @now),
                (SELECT count(*) FROM reserve.reconciliation_findings WHERE status = 'open'),
                coalesce((
                    SELECT extract(epoch FROM @now - min(updated_at))
                    FROM reserve.booking_intents
                    WHERE status IN ('payment_confirmed', 'host_commit_pending')), 0)::float8
            """,
            new { now = clock.GetUtcNow() });
        OpenExceptions.Record(open);
        OverdueExceptions.Record(overdue);
        OpenFindings.Record(findings);
        OldestUnconfirmed.Record(Math.Max(oldest, 0));
    }
}
