using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Trials;
using ReserveConnect.Trials.Replay;

using var stopping = new StopRequest();
var (command, usage) = args.FirstOrDefault() == "replay" ? ("replay", ReplayOptions.Usage) : ("race", RaceOptions.Usage);
try
{
    var holds = args switch
    {
        ["race", .. var rest] => await RaceProgram.RunAsync(RaceOptions.Parse(rest), Console.Out, stopping.Token),
        ["replay", .. var rest] => await ReplayProgram.RunAsync(ReplayOptions.Parse(rest), Console.Out, stopping.Token),
        _ => throw new UsageException("race and replay are what there is"),
    };
    return holds ? ExitCode.Done : ExitCode.Failed;
}
catch (OperationCanceledException) when (stopping.Token.IsCancellationRequested)
{
    return ExitCode.Interrupted;
}
catch (UsageException wrong)
{
    await Console.Error.WriteLineAsync($"reserve {command}: {wrong.Message}\n{usage}");
    return ExitCode.Usage;
}
catch (Exception failure) when (failure is LauncherException or MigrationException or HttpRequestException or NpgsqlException or IOException)
{
    await Console.Error.WriteLineAsync($"reserve {command}: {failure.Message}");
    return ExitCode.Failed;
}
