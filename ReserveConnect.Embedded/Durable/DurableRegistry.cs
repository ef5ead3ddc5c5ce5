using Microsoft.DurableTask;

namespace ReserveConnect.Embedded.Durable;

/// <summary>Runs an orchestrator; what it returns is the orchestration's output (null for none).</summary>
public delegate Task<object?> OrchestratorHandler(TaskOrchestrationContext context);

/// <summary>Runs an activity; what it returns is the result (null for none). It may run more than once.</summary>
public delegate Task<object?> ActivityHandler(ActivityInvocation invocation);

/// <summary>The orchestrators and activities that this host can run, by name; names are matched without case.</summary>
public sealed class DurableRegistry
{
    private readonly Dictionary<string, OrchestratorHandler> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ActivityHandler> _activities = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of all orchestrators.</summary>
    public IReadOnlyCollection<string> Orchestrators => _orchestrators.Keys;

    /// <summary>Names of all activities.</summary>
    public IReadOnlyCollection<string> Activities => _activities.Keys;

    /// <summary>Adds an orchestrator.</summary>
    /// <exception cref="InvalidOperationException">There is one of that name.</exception>
    public void AddOrchestrator(string name, OrchestratorHandler handler)
    {
        if (!_orchestrators.TryAdd(name, handler))
            throw new InvalidOperationException($"there are two orchestrators named '{name}'");
    }

    /// <summary>Adds an activity.</summary>
    /// <exception cref="InvalidOperationException">There is one of that name.</exception>
    public void AddActivity(string name, ActivityHandler handler)
    {
        if (!_activities.TryAdd(name, handler))
            throw new InvalidOperationException($"there are two activities named '{name}'");
    }

    internal OrchestratorHandler? Orchestrator(string name) => _orchestrators.GetValueOrDefault(name);

    internal ActivityHandler? Activity(string name) => _activities.GetValueOrDefault(name);
}
