using System.Text.Json;
using Microsoft.DurableTask;

namespace ReserveConnect.Tests.Azure;

/// <summary>Orchestrations and activities of the application for the official worker.</summary>
internal static class DurableFunctions
{
    public static void Register(DurableTaskRegistry tasks, FunctionCalls functions)
    {
        foreach (var function in functions.All)
        {
            if (function.IsCalledBy("orchestrationTrigger"))
            {
                tasks.AddOrchestrator(function.Name, () => new Orchestrator(functions, function));
            }
            else if (function.IsCalledBy("activityTrigger"))
            {
                tasks.AddActivity(function.Name, _ => new Activity(functions, function));
            }
        }
    }

    private sealed class Orchestrator(FunctionCalls functions, LoadedFunction function) : ITaskOrchestrator
    {
        public Type InputType => typeof(JsonElement);

        public Type OutputType => typeof(object);

        public Task<object?> RunAsync(TaskOrchestrationContext context, object? input) =>
            functions.CallAsync(function, new TypedInput(context, (JsonElement)input!), CancellationToken.None);
    }

    private sealed class Activity(FunctionCalls functions, LoadedFunction function) : ITaskActivity
    {
        public Type InputType => typeof(JsonElement);

        public Type OutputType => typeof(object);

        public Task<object?> RunAsync(TaskActivityContext context, object? input) =>
            functions.CallAsync(function, input, CancellationToken.None);
    }

    /// <summary>The official context; the input is read as the type that the function asks for, as the Functions extension does.</summary>
    private sealed class TypedInput(TaskOrchestrationContext inner, JsonElement input) : TaskOrchestrationContext
    {
        public override TaskName Name => inner.Name;

        public override string InstanceId => inner.InstanceId;

        public override ParentOrchestrationInstance? Parent => inner.Parent;

        public override DateTime CurrentUtcDateTime => inner.CurrentUtcDateTime;

        public override bool IsReplaying => inner.IsReplaying;

        protected override Microsoft.Extensions.Logging.ILoggerFactory LoggerFactory => inner.ReplaySafeLoggerFactory;

        public override T GetInput<T>() => input.Deserialize<T>(JsonSerializerOptions.Web)!;

        public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) =>
            inner.CallActivityAsync<TResult>(name, input, options);

        public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken) => inner.CreateTimer(fireAt, cancellationToken);

        public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
            inner.WaitForExternalEvent<T>(eventName, cancellationToken);

        public override void SendEvent(string instanceId, string eventName, object payload) => inner.SendEvent(instanceId, eventName, payload);

        public override void SetCustomStatus(object? customStatus) => inner.SetCustomStatus(customStatus);

        public override Task<TResult> CallSubOrchestratorAsync<TResult>(
            TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
            inner.CallSubOrchestratorAsync<TResult>(orchestratorName, input, options);

        public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
            inner.ContinueAsNew(newInput, preserveUnprocessedEvents);

        public override Guid NewGuid() => inner.NewGuid();
    }
}
