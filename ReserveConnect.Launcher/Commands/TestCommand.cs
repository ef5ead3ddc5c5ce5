using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Commands;

/// <summary><c>./reserve test</c>: every test; the last line is <c>N passed, N failed, N skipped</c>.</summary>
internal static class TestCommand
{
    /// <summary>How long the whole run may take.</summary>
    public static readonly TimeSpan TotalTime = TimeSpan.FromMinutes(30);

    /// <summary>How long a single test may hang before the run is broken off, in dotnet's notation.</summary>
    public const string HangTime = "5m";

    /// <summary>Runs the tests; 0 only if at least one ran and none failed.</summary>
    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellation)
    {
        var withoutShared = line.Flag("--without-shared");
        var filter = line.Word();
        line.End();
        var results = Path.Combine(Repository.Local, "test-results");
        if (Directory.Exists(results))
            Directory.Delete(results, recursive: true);

        var dotnet = await RunDotnetTestAsync(FilterOf(filter, withoutShared), results, cancellation);
        var counts = TestCounts.Read(results);
        if (counts.Total == 0 && dotnet == 0)
        {
            Console.WriteLine(filter is null ? "there are no tests" : $"no test matches '{filter}'");
        }
        else if (dotnet != 0 && counts.Failed == 0)
        {
            Console.WriteLine("the test run itself failed, which counts as one failure: see above");
            counts = counts with { Failed = 1 };
        }

        if (LeakFindings.Read(results) is { Count: > 0 } leaks)
        {
            Console.WriteLine("personal data or secrets in logs, traces or figures, which counts as one failure:");
            foreach (var leak in leaks)
                Console.WriteLine($"  {leak}");
            counts = counts with { Failed = counts.Failed + 1 };
        }

        Console.WriteLine(counts);
        return counts is { Failed: 0, Total: > 0 } ? ExitCode.Done : ExitCode.Failed;
    }

    // Tests that read ../shared carry the trait.
    private static string? FilterOf(string? name, bool withoutShared) => (name, withoutShared) switch
    {
        (null, false) => null,
        (null, true) => "Needs!=shared",
        (_, false) => $"FullyQualifiedName~{name}",
        (_, true) => $"FullyQualifiedName~{name}&Needs!=shared",
    };

    private static async Task<int> RunDotnetTestAsync(string? filter, string results, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "test", Path.Combine(Repository.Root, "ReserveConnect.Tests"), "--no-build", "--nologo",
            "--configuration", new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Parent!.Name,
            "--logger", "trx", "--logger", "console;verbosity=minimal", "--results-directory", results,
            "--blame-hang-timeout", HangTime, "--blame-hang-dump-type", "none",
            .. filter is null ? (string[])[] : ["--filter", filter],
        ];
        try
        {
            return await ForegroundChild.RunAsync("dotnet", arguments, TotalTime, cancellation);
        }
        catch (LauncherException tooLong)
        {
            Console.WriteLine(tooLong.Message);
            return ExitCode.Failed;
        }
    }
}
