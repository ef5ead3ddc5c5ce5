using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Embedded.Durable.Execution;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Embedded.Durable;

/// <summary>
/// Runs orchestrations from the journal in PostgreSQL. One engine per database and schema. When it loses its database it
/// drops what it has in memory, tries to get the database back, and takes everything up again from the journal.
/// </summary>
public sealed class DurableEngine(
    IOptions<DurableOptions> options,
    DurableRegistry registry,
    TimeProvider time,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers,
    IEnumerable<IHostApplicationLifetime> lifetimes) : IHostedService, IAsyncDisposable
{
    private readonly ILogger _log = loggers.CreateLogger<DurableEngine>();
    private readonly HostParts _host = new(
        options.Value, registry, JsonDataConverter.Default, time, scopes, loggers, new Signals());
    private readonly CancellationTokenSource _stopping = new();
    private volatile DurableSession? _session;
    private bool _disposed;
    private Task _supervision = Task.CompletedTask;

    /// <summary>The current run of the engine.</summary>
    /// <exception cref="DurableEngineUnavailableException">It has not started, has stopped, or has lost its database.</exception>
    internal DurableSession Session =>
        _session ?? throw new DurableEngineUnavailableException("the durable engine does not run");

    /// <summary>Instances in memory now.</summary>
    public int LoadedInstances => _session?.Directory.Count ?? 0;

    /// <summary>Transactions that the current run of the engine has committed.</summary>
    public long Commits => _session?.Writer.Commits ?? 0;

    /// <summary>Whether all instances wait for something from outside: a timer, an event.</summary>
    public bool IsIdle => _session?.IsIdle ?? false;

    /// <summary>UTC instant at which the next timer of an instance is due; null: none waits for one.</summary>
    public DateTime? NextTimer => _session?.Timers.Next;

    /// <summary>Takes the host lock and starts; returns once orchestrations run.</summary>
    /// <exception cref="DurableHostConflictException">Another host runs on this database and schema.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _host.Options.Check();
        _session = await DurableSession.OpenAsync(_host, cancellationToken);
        _supervision = SuperviseAsync(_session);
    }

    /// <summary>Lets activities end within the drain time-out, writes what is left, and gives the host lock back.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        var session = Interlocked.Exchange(ref _session, null);
        if (session is not null)
            await session.DrainAsync();

        await _supervision;
        if (session is not null)
            await session.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // The container disposes it once as itself and once as a hosted service.
        if (Interlocked.Exchange(ref _disposed, true))
            return;

        await StopAsync(CancellationToken.None);
        _stopping.Dispose();
    }

    private async Task SuperviseAsync(DurableSession session)
    {
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, time, _stopping.Token);
        while (await Task.WhenAny(session.Faulted, stopped) != stopped)
        {
            var reason = await session.Faulted;
            _log.LogError(reason, "The durable engine lost its journal; it starts again from what is durable");
            if (Interlocked.CompareExchange(ref _session, null, session) != session)
                return;

            await session.DisposeAsync();
            if (await ReopenAsync() is not { } next)
                return;

            session = next;
            _session = next;
            _host.Signals.PulseAll();
        }
    }

    /// <summary>A new run of the engine; null: the host stops, or another host has taken over.</summary>
    private async Task<DurableSession?> ReopenAsync()
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                await Task.Delay(_host.Options.ReconnectDelay, time, _stopping.Token);
                return await DurableSession.OpenAsync(_host, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (DurableHostConflictException conflict) when (time.GetElapsedTime(begun) > _host.Options.LostLockTimeout)
            {
                _log.LogCritical(conflict, "Another host took over while this one had lost the database; this one stops");
                foreach (var lifetime in lifetimes)
                    lifetime.StopApplication();

                return null;
            }
            catch (Exception exception)
            {
                _log.LogWarning(exception, "The durable engine cannot reach its database yet");
            }
        }
    }
}
