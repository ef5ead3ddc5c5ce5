using ReserveConnect.Benchmarks;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Commands;

using var stopping = new StopRequest();
try
{
    var options = BenchOptions.Parse(args);
    return await BenchRun.RunAsync(options, stopping.Token) ? ExitCode.Done : ExitCode.Failed;
}
catch (OperationCanceledException) when (stopping.Token.IsCancellationRequested)
{
    return ExitCode.Interrupted;
}
catch (UsageException wrong)
{
    await Console.Error.WriteLineAsync($"reserve bench: {wrong.Message}\n{BenchOptions.Usage}");
    return ExitCode.Usage;
}
catch (LauncherException failure)
{
    await Console.Error.WriteLineAsync($"reserve bench: {failure.Message}");
    return ExitCode.Failed;
}
