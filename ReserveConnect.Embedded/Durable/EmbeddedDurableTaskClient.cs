using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ReserveConnect.Embedded.Durable.Execution;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable;

/// <summary>
/// The client of the engine in the same process: it hands starts and events to the engine's writer, and what it returned
/// from is durable. Before the engine has started, and while it has lost its database, every call throws
/// <see cref="DurableEngineUnavailableException"/>.
/// </summary>
public sealed class EmbeddedDurableTaskClient(DurableEngine engine) : DurableTaskClient("embedded")
{
    private DurableSession Session => engine.Session;

    private InstanceQueries Queries => new(Session.Database, Session.Options.Schema, Session.Converter);

    private InstancePurge Purge => new(Session.Database, Session.Options.Schema);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">No orchestrator of that name is registered.</exception>
    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        Names.Check(orchestratorName.Name, nameof(orchestratorName));
        var session = Session;
        if (session.Registry.Orchestrator(orchestratorName.Name) is null)
            throw new ArgumentException($"no orchestrator is registered as '{orchestratorName}'", nameof(orchestratorName));

        var instanceId = options?.InstanceId ?? Guid.CreateVersion7().ToString("N");
        Names.Check(instanceId, nameof(options));
        var row = NewRow(session, orchestratorName.Name, instanceId, Payload(session, input), options);
        return await Outage.TellAsync(async () =>
        {
            await session.Room.EnterAsync(cancellation);
            await session.Starter.StartAsync(row, Dedupe(options), write: null, holdsRoom: true);
            return instanceId;
        });
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The instance has too many events that it has not waited for.</exception>
    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        Names.Check(eventName, nameof(eventName));
        var payload = Payload(Session, eventPayload);
        return PostAsync(instanceId, (instance, write) => instance.PostEvent(write, eventName, payload));
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        PostAsync(instanceId, (instance, write) => instance.Orchestration.IsSuspended
            ? Posting.Ended
            : instance.PostSuspension(write, suspend: true, reason));

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        PostAsync(instanceId, (instance, write) => instance.Orchestration.IsSuspended
            ? instance.PostSuspension(write, suspend: false, reason)
            : Posting.Ended);

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        Names.Check(instanceId, nameof(instanceId));
        return Outage.TellAsync(() => TerminateAsync(Session, instanceId, options, cancellation));
    }

    private static async Task<bool> TerminateAsync(
        DurableSession session, string instanceId, TerminateInstanceOptions? options, CancellationToken cancellation)
    {
        while (await session.Directory.FindAsync(instanceId) is { } instance)
        {
            var children = options?.Recursive == true ? instance.Row.Execution : (long?)null;
            await instance.TerminateAsync(Payload(session, options?.Output));
            if (children is { } parent)
            {
                foreach (var child in await session.Reader.LiveChildrenAsync(parent, cancellation))
                    await TerminateAsync(session, child, options, cancellation);
            }

            await instance.GoneAsync();
        }

        return true;
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        await WaitAsync(instanceId, getInputsAndOutputs, status => status != OrchestrationRuntimeStatus.Pending, cancellation);

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        await WaitAsync(instanceId, getInputsAndOutputs, InstanceRow.IsFinal, cancellation);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        Names.Check(instanceId, nameof(instanceId));
        return Outage.TellAsync(() => Queries.FindAsync(instanceId, getInputsAndOutputs, cancellation));
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        var query = filter ?? new();
        return Pageable.Create((token, size, cancellation) => Outage.TellAsync(() =>
            Queries.PageAsync(query, token ?? query.ContinuationToken, size ?? query.PageSize, cancellation)));
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        Names.Check(instanceId, nameof(instanceId));
        var count = await Outage.TellAsync(() => Purge.OneAsync(instanceId, options?.Recursive == true, cancellation));
        return new(count, isComplete: true);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var count = await Outage.TellAsync(() => Purge.AllAsync(filter, options?.Recursive == true, cancellation));
        return new(count, isComplete: true);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        var session = Session;
        var ended = await Outage.TellAsync(() => session.Reader.FindAsync(instanceId, cancellation))
            ?? throw new ArgumentException($"there is no orchestration '{instanceId}'", nameof(instanceId));
        if (!restartWithNewInstanceId && !InstanceRow.IsFinal(ended.Status))
            throw new InvalidOperationException($"orchestration '{instanceId}' is {ended.Status}; it can start again under its id once it has ended");

        var newId = restartWithNewInstanceId ? Guid.CreateVersion7().ToString("N") : instanceId;
        var row = NewRow(session, ended.Name, newId, ended.Input, null) with { Tags = ended.Tags };
        return await Outage.TellAsync(async () =>
        {
            await session.Room.EnterAsync(cancellation);
            await session.Starter.StartAsync(row, dedupe: null, write: null, holdsRoom: true);
            return newId;
        });
    }

    /// <summary>The engine outlives its clients.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static InstanceRow NewRow(
        DurableSession session, string name, string instanceId, string? input, StartOrchestrationOptions? options)
    {
        var now = session.Now();
        var startAt = options?.StartAt is { } at && at.UtcDateTime > now ? at.UtcDateTime : (DateTime?)null;
        return new()
        {
            Execution = session.NextExecution(),
            InstanceId = instanceId,
            Name = name,
            Status = startAt is null ? OrchestrationRuntimeStatus.Running : OrchestrationRuntimeStatus.Pending,
            CreatedAt = now,
            StartedAt = now,
            StartAt = startAt,
            Input = input,
            Tags = options?.Tags is { Count: > 0 } tags ? JsonSerializer.Serialize(tags) : null,
            Parked = startAt is not null,
            WakeAt = startAt,
        };
    }

    private static string? Payload(DurableSession session, object? value)
    {
        var json = session.Converter.Serialize(value);
        var limit = session.Options.MaxPayloadLength;
        return json is null || json.Length <= limit
            ? json
            : throw new ArgumentException($"a payload may have {limit} characters of JSON; this has {json.Length}");
    }

    private static OrchestrationRuntimeStatus[]? Dedupe(StartOrchestrationOptions? options) =>
        options?.DedupeStatuses is { } names ? [.. names.Select(name => Enum.Parse<OrchestrationRuntimeStatus>(name))] : null;

    /// <summary>Posts something to an instance; nothing happens if it has ended or there is none.</summary>
    private Task PostAsync(string instanceId, Func<LoadedInstance, JournalWrite, Posting> post)
    {
        Names.Check(instanceId, nameof(instanceId));
        return Outage.TellAsync(() => PostAsync(Session, instanceId, post));
    }

    private static async Task<bool> PostAsync(
        DurableSession session, string instanceId, Func<LoadedInstance, JournalWrite, Posting> post)
    {
        while (await session.Directory.FindAsync(instanceId) is { } instance)
        {
            var write = new JournalWrite();
            var durable = write.AsTask();
            switch (post(instance, write))
            {
                case Posting.Taken:
                    await durable;
                    return true;
                case Posting.Ended:
                    return false;
                default:
                    await instance.GoneAsync();
                    break;
            }
        }

        return false;
    }

    /// <summary>Looks again whenever the engine says that there is something new.</summary>
    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, bool payloads, Func<OrchestrationRuntimeStatus, bool> reached, CancellationToken cancellation)
    {
        Names.Check(instanceId, nameof(instanceId));
        while (true)
        {
            var session = Session;
            var next = session.Signals.Next(instanceId);
            // Of an instance in memory it is known without asking the database that it has not ended; its end is signalled.
            if (session.Directory.InMemory(instanceId) is not { } instance || reached(instance.Status()))
            {
                var found = await GetInstanceAsync(instanceId, payloads, cancellation)
                    ?? throw new InvalidOperationException($"there is no orchestration '{instanceId}'");
                if (reached(found.RuntimeStatus))
                {
                    session.Signals.Pulse(instanceId);
                    return found;
                }
            }

            await next.WaitAsync(cancellation);
        }
    }
}
