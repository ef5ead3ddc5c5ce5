namespace ReserveConnect.Launcher.Processes;

/// <summary>What to start as a child process, and how it is to end.</summary>
/// <param name="Name">What the operator calls it; its log file is <c>{Name}.log</c>.</param>
/// <param name="FileName">Program, found on PATH or a full path.</param>
/// <param name="Arguments">Its arguments, unquoted.</param>
public sealed record ChildSpec(string Name, string FileName, params string[] Arguments)
{
    /// <summary>Variables set on top of this process's environment; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where the child runs; null is this process's folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The account it runs as; <see cref="Account.Own"/> unless this process is root and the child must not be.</summary>
    public Account Account { get; init; } = Account.Own;

    /// <summary>The signal that asks it to stop in good order, also sent by the kernel if this process is killed.</summary>
    public StopSignal Stop { get; init; } = StopSignal.Terminate;

    /// <summary>What the child has started is killed if it outlives it; for programs that are a wrapper or start workers.</summary>
    public bool EndsDescendants { get; init; }

    /// <summary>How long a stop in good order may take before SIGKILL.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(20);
}
