using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReserveConnect.Embedded.Durable;
using ReserveConnect.Embedded.Durable.Journal;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class HostTests : DurableTest
{
    private static void Waiting(DurableRegistry registry) =>
        registry.Orchestrator("wait", context => context.WaitForExternalEvent<string>("go"));

    [Fact]
    public async Task A_second_host_on_the_same_database_is_refused_and_one_on_another_schema_is_not()
    {
        await StartAsync(Waiting);

        var refused = await Assert.ThrowsAsync<DurableHostConflictException>(() =>
            StartAsync(Waiting, configure: options => options.HostLockTimeout = TimeSpan.FromMilliseconds(50)));
        await StartAsync(Waiting, configure: options => options.Schema = "other");

        Assert.Contains("another host", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_stops_gives_its_lock_back()
    {
        await using (await StartAsync(Waiting))
        {
        }

        await StartAsync(Waiting, configure: options => options.HostLockTimeout = TimeSpan.Zero);
    }

    [Fact]
    public async Task The_engine_is_there_for_what_was_added_before_it_from_its_start_to_its_stop()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<Neighbour>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Neighbour>());
        var registry = new DurableRegistry();
        Waiting(registry);
        builder.Services.AddDurableEngine(registry, options => options.ConnectionString = ConnectionString);
        using var host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        Assert.True(host.Services.GetRequiredService<Neighbour>().HasStopped);
    }

    /// <summary>Needs the engine while it starts and while it stops; an engine that is not there throws.</summary>
    private sealed class Neighbour(DurableTaskClient client) : IHostedService
    {
        private string _instance = "";

        public bool HasStopped { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken) =>
            _instance = await client.ScheduleNewOrchestrationInstanceAsync("wait", cancellationToken);

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await client.RaiseEventAsync(_instance, "go", "went", cancellationToken);
            HasStopped = true;
        }
    }

    [Fact]
    public async Task A_host_that_loses_its_database_connection_takes_everything_up_again()
    {
        var host = await StartAsync(Waiting, configure: options => options.ReconnectDelay = TimeSpan.FromMilliseconds(10));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait");
        var end = host.EndOfAsync(id);

        await QueryAsync<bool>("""
            SELECT pg_terminate_backend(pid)
            FROM pg_stat_activity
            WHERE datname = current_database()
              AND application_name = 'reserve-connect durable writer'
            """);
        await UntilAsync(async () =>
        {
            try
            {
                await host.Client.RaiseEventAsync(id, "go", "went");
                return true;
            }
            catch (DurableEngineUnavailableException)
            {
                return false;
            }
        });

        Assert.Equal("went", (await end).ReadOutputAs<string>());
        Assert.Contains(host.Logs.Messages, message => message.Contains("lost its journal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stop_lets_a_running_activity_end_and_keeps_its_result()
    {
        var entered = new TaskCompletionSource();
        var runs = 0;
        void Register(DurableRegistry registry)
        {
            registry.AddActivity("work", async invocation =>
            {
                runs++;
                entered.TrySetResult();
                var told = new TaskCompletionSource();
                await using var registration = invocation.CancellationToken.Register(told.SetResult);
                await told.Task;
                return "ended in time";
            });
            registry.Orchestrator("book", context => context.CallActivityAsync<string>("work"));
        }

        string id;
        await using (var first = await StartAsync(Register))
        {
            id = await first.Client.ScheduleNewOrchestrationInstanceAsync("book");
            await entered.Task;
        }

        var second = await StartAsync(Register);

        Assert.Equal("ended in time", (await second.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task An_activity_that_gives_up_when_the_host_stops_runs_again_at_the_next_start()
    {
        var entered = new TaskCompletionSource();
        void Register(DurableRegistry registry)
        {
            registry.AddActivity("work", async invocation =>
            {
                if (entered.TrySetResult())
                    await Task.Delay(Timeout.InfiniteTimeSpan, invocation.CancellationToken);

                return $"{invocation.InstanceId} #{invocation.TaskId}";
            });
            registry.Orchestrator("book", context => context.CallActivityAsync<string>("work"));
        }

        await using (var first = await StartAsync(Register))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("book", new StartOrchestrationOptions("b"));
            await entered.Task;
        }

        var second = await StartAsync(Register);

        Assert.Equal("b #1", (await second.EndOfAsync("b")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_stop_does_not_wait_longer_than_the_drain_time_out()
    {
        var entered = new TaskCompletionSource();
        var stuck = new TaskCompletionSource();
        var host = await StartAsync(
            registry =>
            {
                registry.Activity<int, int>("stuck", async _ =>
                {
                    entered.SetResult();
                    await stuck.Task;
                    return 0;
                });
                registry.Orchestrator("book", context => context.CallActivityAsync<int>("stuck", 0));
            },
            configure: options => options.DrainTimeout = TimeSpan.FromMilliseconds(50));
        await host.Client.ScheduleNewOrchestrationInstanceAsync("book");
        await entered.Task;

        await host.Engine.StopAsync(CancellationToken.None);
        stuck.SetResult();

        await Assert.ThrowsAsync<DurableEngineUnavailableException>(() => host.Client.ScheduleNewOrchestrationInstanceAsync("book"));
    }

    [Fact]
    public async Task Missing_or_impossible_settings_are_named()
    {
        var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => DurableHost.StartAsync("", Waiting));
        var schema = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            StartAsync(Waiting, configure: options => options.Schema = "x; DROP TABLE y"));

        Assert.Contains("ConnectionString", missing.Message, StringComparison.Ordinal);
        Assert.Contains("Schema", schema.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timers_of_instances_out_of_memory_bring_them_back_in_time()
    {
        var host = await StartAsync(
            registry => registry.Orchestrator("wait", async context =>
            {
                await context.CreateTimer(TimeSpan.FromMinutes(context.GetInput<int>()), CancellationToken.None);
                return context.CurrentUtcDateTime;
            }),
            Time,
            options =>
            {
                options.MaxLoadedInstances = 20;
                options.WakePageSize = 7;
            });
        var begun = Time.GetUtcNow();
        for (var i = 0; i < 60; i++)
            await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", 10 + (i % 3), new StartOrchestrationOptions($"w{i}"));

        await UntilAsync(async () => await QueryAsync<long>("SELECT count(*) FROM durable.instances WHERE parked") >= 40);
        Time.Advance(TimeSpan.FromMinutes(20));

        for (var i = 0; i < 60; i++)
        {
            var ended = await EndOnManualTimeAsync(host, $"w{i}");
            Assert.InRange(ended.ReadOutputAs<DateTime>(), begun.UtcDateTime.AddMinutes(10 + (i % 3)), Time.GetUtcNow().UtcDateTime);
        }
    }
}
