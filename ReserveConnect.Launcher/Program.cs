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
catch (LauncherException failure)
{
    await Console.Error.WriteLineAsync($"reserve: {failure.Message}");
    return ExitCode.Failed;
}
