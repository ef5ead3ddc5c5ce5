using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.ExceptionServices;
using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask.Testing.Sidecar;

namespace ReserveConnect.Tests.Azure;

/// <summary>
/// The in-memory orchestration service waits by the machine's clock; tests move a clock of their own. Everything goes
/// through unchanged, except that a timer's message is kept here until that clock has come to its time.
/// </summary>
public class TimersByClock : DispatchProxy
{
    private InMemoryOrchestrationService _service = null!;
    private TimeProvider _clock = null!;
    private readonly ConcurrentDictionary<string, OrchestrationRuntimeState> _states = new();

    /// <summary>The service with timers by <paramref name="clock"/>.</summary>
    public static IOrchestrationService Around(InMemoryOrchestrationService service, TimeProvider clock)
    {
        var proxy = Create<IOrchestrationService, TimersByClock>();
        var self = (TimersByClock)(object)proxy;
        (self._service, self._clock) = (service, clock);
        return proxy;
    }

    /// <summary>What the activities of an instance answered, as far as its last turn saw.</summary>
    public static IEnumerable<string?> Results(IOrchestrationService service, string instanceId) =>
        ((TimersByClock)service)._states.TryGetValue(instanceId, out var state)
            ? [.. state.Events.OfType<TaskCompletedEvent>().Select(e => e.Result)]
            : [];

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IOrchestrationService.CompleteTaskOrchestrationWorkItemAsync))
        {
            var state = (OrchestrationRuntimeState)args![1]!;
            _states[state.OrchestrationInstance!.InstanceId] = state;
            args[4] = Keep((IList<TaskMessage>)args[4]!);
        }

        try
        {
            return targetMethod.Invoke(_service, args);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }

    private List<TaskMessage> Keep(IList<TaskMessage> timers)
    {
        List<TaskMessage> others = [];
        foreach (var message in timers)
        {
            if (message.Event is TimerFiredEvent timer)
            {
                _ = FireAsync(message, timer);
            }
            else
            {
                others.Add(message);
            }
        }

        return others;
    }

    private async Task FireAsync(TaskMessage message, TimerFiredEvent timer)
    {
        var wait = new DateTimeOffset(timer.FireAt, TimeSpan.Zero) - _clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _clock);
        }

        // Due by the tests' clock; the service would wait again for the machine's.
        await _service.SendTaskOrchestrationMessageAsync(new TaskMessage
        {
            Event = new TimerFiredEvent(timer.EventId, DateTime.UnixEpoch) { TimerId = timer.TimerId },
            OrchestrationInstance = message.OrchestrationInstance,
            SequenceNumber = message.SequenceNumber,
        });
    }
}
