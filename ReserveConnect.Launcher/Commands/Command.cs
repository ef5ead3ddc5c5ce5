namespace ReserveConnect.Launcher.Commands;

/// <summary>Finds the command that the operator named.</summary>
internal static class Command
{
    /// <summary>Runs it and returns its exit code.</summary>
    /// <exception cref="LauncherException">It failed for a reason that is told in one line.</exception>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        var rest = arguments.Length > 0 ? arguments[1..] : [];
        try
        {
            return arguments.FirstOrDefault() switch
            {
                "run" => await RunCommand.RunAsync(new CommandLine(rest), cancellation),
                "test" => await TestCommand.RunAsync(new CommandLine(rest), cancellation),
                "demo" => await DemoCommand.RunAsync(new CommandLine(rest), cancellation),
                "check" => await CheckCommand.RunAsync(new CommandLine(rest), cancellation),
                "bench" => await BenchCommand.RunAsync(rest, cancellation),
                "race" => await RaceCommand.RunAsync(rest, cancellation),
                "replay" => await ReplayCommand.RunAsync(rest, cancellation),
                "migrate" => await MigrateCommand.RunAsync(new CommandLine(rest), cancellation),
                "admin" => await AdminCommand.RunAsync(new CommandLine(rest), cancellation),
                "psql" => await PsqlCommand.RunAsync(new CommandLine(rest), cancellation),
                "help" or "--help" or "-h" => Help.Print(Console.Out, ExitCode.Done),
                _ => Help.Print(Console.Error, ExitCode.Usage),
            };
        }
        catch (UsageException wrong)
        {
            await Console.Error.WriteLineAsync($"reserve: {wrong.Message}");
            return Help.Print(Console.Error, ExitCode.Usage);
        }
    }
}
