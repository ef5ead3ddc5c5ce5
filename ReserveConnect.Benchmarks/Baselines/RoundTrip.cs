using System.Diagnostics;
using Npgsql;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Baselines;

/// <summary><c>SELECT 1</c> on one connection: what a question to the database costs at least.</summary>
internal static class RoundTrip
{
    private const int WarmUp = 200;

    /// <summary>Measures <paramref name="count"/> round trips.</summary>
    public static async Task<Latencies> MeasureAsync(string connectionString, int count, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.PrepareAsync(cancellation);
        var latencies = new Latencies();
        for (var trip = 0; trip < WarmUp + count; trip++)
        {
            var begun = Stopwatch.GetTimestamp();
            await command.ExecuteScalarAsync(cancellation);
            if (trip >= WarmUp)
                latencies.AddSince(begun);
        }

        return latencies;
    }
}
