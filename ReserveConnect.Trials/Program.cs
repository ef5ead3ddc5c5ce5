using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Trials;

using var stopping = new StopRequest();
try
{
    return args is ["race", .. var rest]
        ? await RaceProgram.RunAsync(RaceOptions.Parse(rest), Console.Out, stopping.Token) ? ExitCode.Done : ExitCode.Failed
        : throw new UsageException("race is what there is");
}
catch (OperationCanceledException) when (stopping.Token.IsCancellationRequested)
{
    return ExitCode.Interrupted;
}
catch (UsageException wrong)
{
    await Console.Error.WriteLineAsync($"reserve race: {wrong.Message}\n{RaceOptions.Usage}");
    return ExitCode.Usage;
}
catch (Exception failure) when (failure is LauncherException or MigrationException or HttpRequestException or NpgsqlException or IOException)
{
    await Console.Error.WriteLineAsync($"reserve race: {failure.Message}");
    return ExitCode.Failed;
}
