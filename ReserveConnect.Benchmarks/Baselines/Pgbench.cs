using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Benchmarks.Baselines;

/// <summary>PostgreSQL's own benchmark program, which works against newer servers too.</summary>
internal sealed partial class Pgbench(string program, NpgsqlConnectionStringBuilder target, BenchOptions options) : TpcB
{
    private static readonly TimeSpan FillPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    public override string Name =>
        $"pgbench ({program}), built-in TPC-B script, scale {options.TpcbScale}, {options.TpcbClients} clients, prepared";

    /// <summary>The program's path, or null.</summary>
    public static string? Find()
    {
        const string Packages = "/usr/lib/postgresql";
        return Executables.Find("pgbench")
            ?? (Directory.Exists(Packages)
                ? Directory.EnumerateDirectories(Packages).Select(version => Path.Combine(version, "bin", "pgbench")).LastOrDefault(File.Exists)
                : null);
    }

    public override async Task<double> RunAsync(CancellationToken cancellation)
    {
        var seconds = (int)Math.Ceiling(options.RoundTime.TotalSeconds);
        var output = await CallAsync(
            ["-n", "-M", "prepared", "-c", $"{options.TpcbClients}", "-j", "2", "-T", $"{seconds}"], options.RoundTime + Margin, cancellation);
        var found = TransactionsPerSecond().Match(output);
        return found.Success
            ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new LauncherException($"pgbench said nothing of tps: {output}");
    }

    protected override Task FillAsync(CancellationToken cancellation) =>
        CallAsync(["-i", "-q", "-s", $"{options.TpcbScale}"], FillPatience, cancellation);

    private Task<string> CallAsync(string[] arguments, TimeSpan patience, CancellationToken cancellation) => Tool.RequireAsync(
        new ChildSpec(
            "pgbench", program,
            [.. arguments, "-h", target.Host!, "-p", $"{target.Port}", "-U", target.Username!, target.Database!])
        {
            Environment = new Dictionary<string, string?> { ["PGPASSWORD"] = target.Password },
        },
        patience,
        cancellation);

    [GeneratedRegex(@"tps = ([0-9.]+) \(without initial connection time\)")]
    private static partial Regex TransactionsPerSecond();
}
