using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Timers;

/// <summary>The timer functions of this host. They start with it, when whatever they may call has started, and are cancelled when it stops.</summary>
public sealed class EmbeddedTimers : IHostedService, IAsyncDisposable
{
    private readonly EmbeddedTimerOptions _options;
    private readonly TimerStatusStore? _store;
    private readonly Dictionary<string, TimerLoop> _loops = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger<EmbeddedTimers> _logger;
    private Task _running = Task.CompletedTask;

    internal EmbeddedTimers(IServiceProvider services)
    {
        _options = services.GetRequiredService<IOptions<EmbeddedTimerOptions>>().Value;
        _logger = services.GetRequiredService<ILogger<EmbeddedTimers>>();
        var time = services.GetRequiredService<TimeProvider>();
        var functions = services.GetRequiredService<FunctionCatalog>().All.Where(f => f.Trigger is TimerTriggerAttribute).ToList();
        if (_options.Enabled && functions.FirstOrDefault(IsMonitored) is { } monitored)
        {
            _store = _options.ConnectionString.Length > 0
                ? new TimerStatusStore(_options)
                : throw new StartRefusedException($"function '{monitored.Name}' keeps its last run in PostgreSQL: Reserve:Database:ConnectionString is not set");
        }

        foreach (var function in functions)
        {
            var schedule = TimerSchedule.Parse(function, services.GetRequiredService<IConfiguration>(), time.GetUtcNow().UtcDateTime);
            _loops[function.Name] = new TimerLoop(function, schedule, IsMonitored(function) ? _store : null, services.GetRequiredService<FunctionRunner>(), time, _logger);
        }
    }

    /// <summary>Runs a timer's function now, in its turn: after a run of it that is under way. What it throws comes out.</summary>
    /// <param name="name">The function's name.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <exception cref="ArgumentException">There is no timer function of that name.</exception>
    public async Task RunAsync(string name, CancellationToken cancellationToken = default)
    {
        if (!_loops.TryGetValue(name, out var loop))
            throw new ArgumentException($"There is no timer function '{name}'.", nameof(name));

        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);
        await loop.RunNowAsync(either.Token);
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_options.Enabled)
            return;

        if (_store is not null)
            await _store.SetUpAsync(cancellationToken);

        foreach (var loop in _loops.Values)
            await loop.PrepareAsync(cancellationToken);

        _running = Task.WhenAll(_loops.Values.Select(loop => Task.Run(() => loop.RunAsync(_stopping.Token), CancellationToken.None)));
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        try
        {
            await _running.WaitAsync(_options.StopTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            _logger.LogWarning("A timer function has not heeded its cancellation for {Seconds:0} s and is left behind", _options.StopTimeout.TotalSeconds);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();

        _stopping.Dispose();
    }

    /// <summary>Whether there is a timer of that name.</summary>
    internal bool Knows(string name) => _loops.ContainsKey(name);

    /// <summary>Adds the timers, if any function is one.</summary>
    internal static bool Add(WebApplicationBuilder web, IReadOnlyList<LoadedFunction> functions)
    {
        if (!functions.Any(f => f.Trigger is TimerTriggerAttribute))
            return false;

        web.Services.AddOptions<EmbeddedTimerOptions>()
            .BindConfiguration(EmbeddedTimerOptions.Section)
            .Configure<IConfiguration>((options, configuration) =>
            {
                if (options.ConnectionString.Length == 0)
                    options.ConnectionString = configuration["Reserve:Database:ConnectionString"] ?? "";
            })
            .ValidateDataAnnotations()
            .ValidateOnStart();
        web.Services.AddSingleton(services => new EmbeddedTimers(services));
        web.Services.AddHostedService(services => services.GetRequiredService<EmbeddedTimers>());
        return true;
    }

    private static bool IsMonitored(LoadedFunction function) => ((TimerTriggerAttribute)function.Trigger).UseMonitor;
}
