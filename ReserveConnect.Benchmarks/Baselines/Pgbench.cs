using Npgsql;

namespace ReserveConnect.Benchmarks.Baselines;

/// <summary>The TPC-B of pgbench itself.</summary>
internal sealed class Pgbench(PgbenchProgram program, NpgsqlConnectionStringBuilder target, BenchOptions options) : TpcB
{
    private static readonly TimeSpan FillPatience = TimeSpan.FromMinutes(5);

    public override string Name =>
        $"pgbench ({program.File}), built-in TPC-B script, scale {options.TpcbScale}, {options.TpcbClients} clients, prepared";

    public override Task<double> RunAsync(CancellationToken cancellation) => program.RunAsync(target, options, [], role: null, cancellation);

    protected override Task FillAsync(CancellationToken cancellation) =>
        program.CallAsync(target, ["-i", "-q", "-s", $"{options.TpcbScale}"], role: null, FillPatience, cancellation);
}
