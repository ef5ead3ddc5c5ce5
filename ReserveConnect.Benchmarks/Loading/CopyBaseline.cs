using System.Diagnostics;
using Dapper;
using Npgsql;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Loading;

/// <summary>The fastest way in for the same rows: binary COPY from memory into an unlogged table without an index.</summary>
internal static class CopyBaseline
{
    /// <returns>Seconds, the median of <paramref name="rounds"/>.</returns>
    public static async Task<double> MeasureAsync(NpgsqlConnection connection, int rounds, CancellationToken cancellation)
    {
        var columns = await connection.ExecuteScalarAsync<string>(
            """
            SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
            FROM information_schema.columns
            WHERE table_schema = 'reserve'
              AND table_name = 'availability_calendar'
              AND is_generated = 'NEVER'
            """);
        using var rows = new MemoryStream();
        await using (var export = await connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT {columns} FROM reserve.availability_calendar) TO STDOUT (FORMAT binary)", cancellation))
        {
            await export.CopyToAsync(rows, cancellation);
        }

        await connection.ExecuteAsync($"CREATE UNLOGGED TABLE bench_calendar AS SELECT {columns} FROM reserve.availability_calendar LIMIT 0");
        List<double> seconds = [];
        for (var round = 0; round < rounds; round++)
        {
            await connection.ExecuteAsync("TRUNCATE bench_calendar");
            rows.Position = 0;
            var begun = Stopwatch.GetTimestamp();
            await using (var import = await connection.BeginRawBinaryCopyAsync($"COPY bench_calendar ({columns}) FROM STDIN (FORMAT binary)", cancellation))
            {
                await rows.CopyToAsync(import, cancellation);
            }

            seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }

        await connection.ExecuteAsync("DROP TABLE bench_calendar");
        return Median.Of(seconds);
    }
}
