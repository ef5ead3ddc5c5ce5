namespace Microsoft.DurableTask;

/// <summary>How an orchestration restarts itself with a fresh journal.</summary>
public class ContinueAsNewOptions
{
    /// <summary>Input of the next run.</summary>
    public object? NewInput { get; set; }

    /// <summary>Whether events that were received and not yet waited for are carried over. Default: yes.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;
}
