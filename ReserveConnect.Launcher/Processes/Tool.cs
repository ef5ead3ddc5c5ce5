using System.Diagnostics;

namespace ReserveConnect.Launcher.Processes;

/// <summary>What a short-lived program answered.</summary>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">Standard output and error, in the order of their arrival by stream.</param>
internal sealed record ToolResult(int ExitCode, string Output);

/// <summary>Runs short-lived programs to their end.</summary>
internal static class Tool
{
    /// <summary>Runs the program and returns what it said.</summary>
    /// <exception cref="LauncherException">It cannot be started, or does not end within <paramref name="patience"/>.</exception>
    public static async Task<ToolResult> RunAsync(ChildSpec spec, TimeSpan patience, CancellationToken cancellation = default)
    {
        var start = ChildCommand.For(spec);
        Process process;
        try
        {
            process = await SpawnThread.RunAsync(() => Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new LauncherException($"cannot start {spec.FileName}: {failure.Message}", failure);
        }

        using (process)
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            try
            {
                await process.WaitForExitAsync(cancellation).WaitAsync(patience, cancellation);
                return new ToolResult(process.ExitCode, await output + await error);
            }
            catch (TimeoutException failure)
            {
                throw new LauncherException($"{spec.Name} did not end within {patience.TotalSeconds:0} s", failure);
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Runs the program and insists that it succeeds.</summary>
    /// <exception cref="LauncherException">As <see cref="RunAsync"/>, or it fails: with what it said.</exception>
    public static async Task<string> RequireAsync(ChildSpec spec, TimeSpan patience, CancellationToken cancellation = default)
    {
        var result = await RunAsync(spec, patience, cancellation);
        return result.ExitCode == 0
            ? result.Output
            : throw new LauncherException($"{spec.Name} failed (exit code {result.ExitCode}): {result.Output.Trim()}");
    }
}
