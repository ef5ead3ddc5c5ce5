using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Commands;

using var stopping = new StopRequest();
try
{
    return await Command.RunAsync(args, stopping.Token);
}
catch (OperationCanceledException) when (stopping.Token.IsCancellationRequested)
{
    return ExitCode.Interrupted;
}
catch (Exception failure) when (failure is LauncherException or MigrationException or HttpRequestException or NpgsqlException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"reserve: {failure.Message}");
    return ExitCode.Failed;
}
