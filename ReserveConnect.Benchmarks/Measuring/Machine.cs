using System.Reflection;
using System.Runtime.InteropServices;
using Npgsql;
using ReserveConnect.Launcher;

namespace ReserveConnect.Benchmarks.Measuring;

/// <summary>What the figures were taken on.</summary>
internal static class Machine
{
    private const double Gigabyte = 1024 * 1024 * 1024;

    /// <summary>Insists on optimised code; the children come from the same configuration.</summary>
    /// <exception cref="LauncherException">This is another build.</exception>
    public static void RequireReleaseBuild()
    {
        var configuration = typeof(Machine).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration;
        if (configuration != "Release")
            throw new LauncherException($"the benchmarks measure Release code and this is a {configuration} build; unset RESERVE_CONFIGURATION");
    }

    /// <summary>Prints machine, runtime, server and load.</summary>
    public static async Task DescribeAsync(BenchWorld world, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.OpenAsync(cancellation);
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gigabyte;
        Console.WriteLine(
            $"machine: {Environment.ProcessorCount} cores ({Processor()}), {memory:0} GB, {RuntimeInformation.OSDescription}, load {Load()}");
        Console.WriteLine(
            $"code: Release, {RuntimeInformation.FrameworkDescription}; PostgreSQL {connection.PostgreSqlVersion}, fsync {await SettingAsync(connection, "fsync", cancellation)}, synchronous_commit {await SettingAsync(connection, "synchronous_commit", cancellation)}");
        Console.WriteLine("PostgreSQL, the stand-ins, the functions and the load generator share these cores; all traffic is loopback");
    }

    /// <summary>Runnable processes of the last 1, 5, 15 minutes: above the number of cores, others compete.</summary>
    public static string Load() =>
        File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";

    private static string Processor() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();

    private static async Task<string> SettingAsync(NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT current_setting($1)", connection) { Parameters = { new() { Value = name } } };
        return (string)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
