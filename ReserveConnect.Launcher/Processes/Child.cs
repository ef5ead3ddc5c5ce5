using System.Diagnostics;

namespace ReserveConnect.Launcher.Processes;

/// <summary>
/// A running child process: its output goes to a bounded log, its end is known, and it does not outlive this process.
/// </summary>
public sealed class Child : IAsyncDisposable
{
    // After SIGKILL the kernel needs a moment, not longer, unless the process hangs in the kernel itself.
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    // A grandchild that outlives the child may hold the other end of its output open.
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(2);

    private readonly ChildSpec _spec;
    private readonly Process _process;
    private readonly BoundedLog _log;
    private readonly Lock _lock = new();
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource<string> Found)> _waiting = [];

    private Child(ChildSpec spec, Process process, BoundedLog log)
    {
        _spec = spec;
        _process = process;
        _log = log;
        Exited = RunAsync();
    }

    /// <summary>What the operator calls it.</summary>
    public string Name => _spec.Name;

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Completes with the exit code (128 + signal when killed) once the child has ended and its output is read.</summary>
    public Task<int> Exited { get; }

    /// <summary>The last lines that the child printed.</summary>
    public IReadOnlyList<string> LastLines => _log.LastLines;

    /// <summary>Starts a child with its log in <paramref name="logFolder"/>.</summary>
    /// <param name="spec">What to start.</param>
    /// <param name="logFolder">Folder of <c>{name}.log</c>.</param>
    /// <exception cref="LauncherException">The program cannot be started.</exception>
    public static async Task<Child> StartAsync(ChildSpec spec, string logFolder)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var log = new BoundedLog(Path.Combine(logFolder, spec.Name + ".log"));
        try
        {
            var start = ChildCommand.For(spec);
            var process = await SpawnThread.RunAsync(() => Process.Start(start)!);
            process.StandardInput.Close();
            return new Child(spec, process, log);
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or IOException)
        {
            log.Dispose();
            throw new LauncherException($"{spec.Name}: cannot start {spec.FileName}: {failure.Message}", failure);
        }
    }

    /// <summary>Waits for a line of the child's output, also one that it has already printed.</summary>
    /// <exception cref="LauncherException">The child ended first, or <paramref name="patience"/> ran out; with its last lines.</exception>
    public async Task<string> WaitForLineAsync(Func<string, bool> matches, TimeSpan patience, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(matches);
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_log.LastLines.FirstOrDefault(matches) is { } printed)
                return printed;
            _waiting.Add((matches, found));
        }

        try
        {
            await Task.WhenAny(found.Task, Exited).WaitAsync(patience, cancellation);
        }
        catch (TimeoutException)
        {
            throw new LauncherException(Report($"was not ready after {patience.TotalSeconds:0} s"));
        }

        return found.Task.IsCompleted
            ? await found.Task
            : throw new LauncherException(Report($"ended with exit code {await Exited} before it was ready"));
    }

    /// <summary>Asks the child to stop, waits, and kills it if it does not. Does nothing if it has ended.</summary>
    public async Task StopAsync()
    {
        if (Exited.IsCompleted)
            return;
        Signals.Send(Id, _spec.Stop);
        try
        {
            await Exited.WaitAsync(_spec.StopPatience);
        }
        catch (TimeoutException)
        {
            _log.Write($"launcher: {Name} did not stop within {_spec.StopPatience.TotalSeconds:0} s, killed");
            Signals.Send(Id, StopSignal.Kill);
            await Exited.WaitAsync(KillPatience);
        }
    }

    /// <summary>The same without a task, for the end of a process that cannot await any more.</summary>
    public void StopNow()
    {
        if (Exited.IsCompleted)
            return;
        Signals.Send(Id, _spec.Stop);
        if (!_process.WaitForExit(_spec.StopPatience))
            Signals.Send(Id, StopSignal.Kill);
    }

    /// <summary>One paragraph for the operator: what happened to the child, and the last lines it printed.</summary>
    public string Report(string whatHappened) =>
        string.Join(Environment.NewLine, [$"{Name} {whatHappened}; its last lines:", .. LastLines.Select(line => "    " + line)]);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_spec.EndsDescendants)
            Signals.SendToSession(Id, StopSignal.Kill);
        _process.Dispose();
        _log.Dispose();
    }

    private async Task<int> RunAsync()
    {
        var output = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        await _process.WaitForExitAsync();
        await Task.WhenAny(output, Task.Delay(OutputPatience));
        return _process.ExitCode;
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                _log.Write(line);
                foreach (var (_, found) in _waiting.Where(waiting => waiting.Matches(line)))
                    found.TrySetResult(line);
            }
        }
    }
}
