using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>Runs one invocation through the middleware and says in the log how it ended.</summary>
internal sealed class FunctionRunner(FunctionPipeline pipeline, IServiceScopeFactory scopes, ILogger<FunctionRunner> logger)
{
    /// <summary>What telemetry listens to for timers and activities; requests have ASP.NET Core's own.</summary>
    public const string SpanSource = "ReserveConnect.Embedded";

    private static readonly ActivitySource Spans = new(SpanSource);

    /// <summary>Runs a timer, in a service scope of its own.</summary>
    /// <returns>What the function returned.</returns>
    public async Task<object?> RunAsync(LoadedFunction function, object? trigger, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await RunAsync(function, scope.ServiceProvider, trigger, cancellationToken);
    }

    /// <summary>Runs an orchestrator, in a service scope of its own. It awaits nothing but what the orchestrator and the middleware await.</summary>
    /// <returns>What the function returned.</returns>
    public async Task<object?> RunOrchestratorAsync(LoadedFunction function, TaskOrchestrationContext context)
    {
        var scope = scopes.CreateAsyncScope();
        try
        {
            // No token: what an orchestrator does must not depend on when the host stops.
            var invocation = new Invocation(function, scope.ServiceProvider, null, context, CancellationToken.None);
            await RunAsync(invocation);
            return invocation.ResultValue;
        }
        finally
        {
            // Not awaited: it may end on another thread, and an orchestrator that comes back on one has strayed.
            _ = scope.DisposeAsync().AsTask();
        }
    }

    /// <summary>Runs a timer or an activity in the caller's service scope.</summary>
    /// <returns>What the function returned.</returns>
    public async Task<object?> RunAsync(LoadedFunction function, IServiceProvider scope, object? trigger, CancellationToken cancellationToken)
    {
        using var span = Spans.StartActivity(function.Name);
        var invocation = new Invocation(function, scope, null, trigger, cancellationToken);
        await RunAsync(invocation);
        return invocation.ResultValue;
    }

    /// <summary>Runs an invocation; what the function throws comes out.</summary>
    public async Task RunAsync(Invocation invocation)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await pipeline.RunAsync(invocation);
            var level = invocation.Trigger is TimerInfo ? LogLevel.Information : LogLevel.Debug;
            if (logger.IsEnabled(level))
                logger.Log(level, "{Function} ({InvocationId}) succeeded in {Milliseconds:0.0} ms", invocation.Function.Name, invocation.InvocationId, Elapsed(started));
        }
        catch (OperationCanceledException) when (invocation.CancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("{Function} ({InvocationId}) was cancelled after {Milliseconds:0.0} ms", invocation.Function.Name, invocation.InvocationId, Elapsed(started));
            throw;
        }
        catch (BadHttpRequestException refused)
        {
            logger.LogInformation("{Function} ({InvocationId}) refused its request with {Status}", invocation.Function.Name, invocation.InvocationId, refused.StatusCode);
            throw;
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "{Function} ({InvocationId}) failed after {Milliseconds:0.0} ms", invocation.Function.Name, invocation.InvocationId, Elapsed(started));
            throw;
        }
    }

    private static double Elapsed(long started) => Stopwatch.GetElapsedTime(started).TotalMilliseconds;
}
