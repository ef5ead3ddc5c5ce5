using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Benchmarks.Baselines;

/// <summary>PostgreSQL's own benchmark program, which works against newer servers too.</summary>
/// <param name="File">Where it is.</param>
internal sealed partial record PgbenchProgram(string File)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>The one on this machine; null: there is none.</summary>
    public static PgbenchProgram? Find()
    {
        const string Packages = "/usr/lib/postgresql";
        var path = Executables.Find("pgbench")
            ?? (Directory.Exists(Packages)
                ? Directory.EnumerateDirectories(Packages).Select(version => Path.Combine(version, "bin", "pgbench")).LastOrDefault(System.IO.File.Exists)
                : null);
        return path is null ? null : new(path);
    }

    /// <summary>Runs scripts, or the built-in TPC-B, for a round.</summary>
    /// <param name="target">Whose login, and which database.</param>
    /// <param name="scripts">Paths, drawn evenly; none: TPC-B.</param>
    /// <param name="role">What the login becomes; null: nothing.</param>
    /// <returns>Transactions a second.</returns>
    public async Task<double> RunAsync(
        NpgsqlConnectionStringBuilder target, BenchOptions options, IReadOnlyList<string> scripts, string? role, CancellationToken cancellation)
    {
        var seconds = (int)Math.Ceiling(options.RoundTime.TotalSeconds);
        var output = await CallAsync(
            target,
            ["-n", "-M", "prepared", "-c", $"{options.TpcbClients}", "-j", "2", "-T", $"{seconds}", .. scripts.SelectMany(script => (string[])["-f", script])],
            role, options.RoundTime + Margin, cancellation);
        var found = TransactionsPerSecond().Match(output);
        return found.Success
            ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new LauncherException($"pgbench said nothing of tps: {output}");
    }

    /// <summary>Calls it.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> CallAsync(
        NpgsqlConnectionStringBuilder target, IReadOnlyList<string> arguments, string? role, TimeSpan patience, CancellationToken cancellation) => Tool.RequireAsync(
        new ChildSpec(
            "pgbench", File,
            [.. arguments, "-h", target.Host!, "-p", $"{target.Port}", "-U", target.Username!, target.Database!])
        {
            Environment = new Dictionary<string, string?> { ["PGPASSWORD"] = target.Password, ["PGOPTIONS"] = role is null ? null : $"-c role={role}" },
        },
        patience,
        cancellation);

    [GeneratedRegex(@"tps = ([0-9.]+) \(without initial connection time\)")]
    private static partial Regex TransactionsPerSecond();
}
