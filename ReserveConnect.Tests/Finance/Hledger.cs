using System.Diagnostics;
using Xunit;

namespace ReserveConnect.Tests.Finance;

/// <summary>The program of other people that has to agree with our books.</summary>
internal static class Hledger
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Where it is; null: nowhere on the path.</summary>
    public static string? Executable { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "hledger")).FirstOrDefault(File.Exists);

    /// <summary>Runs it on a journal and returns what it prints. Fails when it is not content.</summary>
    public static async Task<string> RunAsync(string journal, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable!, ["-f", "-", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C.UTF-8" },
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var (printed, complained) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.StandardInput.WriteAsync(journal);
        process.StandardInput.Close();
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"hledger {string.Join(' ', arguments)}: {await complained}");
        return await printed;
    }
}

/// <summary>A test that runs hledger. Where there is none it is counted as skipped and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HledgerFactAttribute : FactAttribute
{
    public HledgerFactAttribute()
    {
        if (Hledger.Executable is null)
        {
            Skip = "hledger is not installed (Debian: apt-get install hledger); CI installs it";
        }
    }
}
