using System.Diagnostics;

namespace ReserveConnect.Launcher.Processes;

/// <summary>A child that has the launcher's terminal, and gets its Ctrl-C by itself.</summary>
internal static class ForegroundChild
{
    // What was interrupted may stop a stack of its own.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(90);

    /// <summary>Runs the program to its end and returns its exit code.</summary>
    /// <exception cref="LauncherException">It took longer than <paramref name="patience"/> and was killed.</exception>
    public static async Task<int> RunAsync(string program, string[] arguments, TimeSpan patience, CancellationToken cancellation)
    {
        using var process = await SpawnThread.RunAsync(() => Process.Start(new ProcessStartInfo(program, arguments))!);
        try
        {
            await process.WaitForExitAsync(cancellation).WaitAsync(patience, cancellation);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            Signals.Send(process.Id, StopSignal.Terminate);
            process.WaitForExit(StopPatience);
            throw;
        }
        catch (TimeoutException failure)
        {
            throw new LauncherException($"{program} {arguments[0]} did not end within {patience.TotalMinutes:0} min", failure);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
