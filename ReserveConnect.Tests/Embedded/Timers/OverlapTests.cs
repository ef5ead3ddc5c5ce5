using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Timers;

public sealed class OverlapTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public sealed class Door
    {
        private int _inside;

        public TaskCompletionSource Open { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Most { get; private set; }

        public async Task PassAsync(CancellationToken cancellationToken)
        {
            Most = Math.Max(Most, Interlocked.Increment(ref _inside));
            try
            {
                await Open.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Cancelled.SetResult();
                throw;
            }
            finally
            {
                Interlocked.Decrement(ref _inside);
            }
        }
    }

    public sealed class Lengthy(Door door, IServiceProvider services)
    {
        [Function("lengthy")]
        public async Task Run([TimerTrigger("0 * * * * *", UseMonitor = false)] TimerInfo timer, FunctionContext context, CancellationToken cancellationToken)
        {
            services.GetRequiredService<TimerRuns>().Add(context, timer);
            await door.PassAsync(cancellationToken);
        }
    }

    private static Task<TestHost> StartAsync(ShiftedClock clock) => TestHost.StartAsync([typeof(Lengthy)], configure: builder =>
        builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<TimerRuns>().AddSingleton<Door>());

    [Fact]
    public async Task A_timer_does_not_overlap_itself_and_makes_up_for_what_it_missed_once()
    {
        var clock = ShiftedClock.At(new(2027, 3, 1, 12, 0, 30, TimeSpan.Zero));
        await using var host = await StartAsync(clock);
        var runs = host.Services.GetRequiredService<TimerRuns>();
        var door = host.Services.GetRequiredService<Door>();

        clock.AdvanceTo(new(2027, 3, 1, 12, 1, 0, TimeSpan.Zero));
        await runs.NextAsync();
        clock.AdvanceTo(new(2027, 3, 1, 12, 5, 30, TimeSpan.Zero));
        var byHand = host.Timers.RunAsync("lengthy");
        Assert.False(runs.Any);
        door.Open.SetResult();

        // The one asked for by hand and the one for 12:02 to 12:05, in either order; then the regular one of 12:06.
        var late = new[] { await runs.NextAsync(), await runs.NextAsync() };
        await byHand.WaitAsync(Patience);
        Assert.Single(late, run => run.Info.IsPastDue);
        clock.AdvanceTo(new(2027, 3, 1, 12, 6, 0, TimeSpan.Zero));
        var regular = await runs.NextAsync();
        Assert.False(regular.Info.IsPastDue);
        Assert.Equal(6, regular.At.Minute);
        Assert.Equal(1, door.Most);
    }

    [Fact]
    public async Task A_stopping_host_cancels_the_run_that_is_under_way()
    {
        var clock = ShiftedClock.At(new(2027, 3, 1, 12, 0, 30, TimeSpan.Zero));
        await using var host = await StartAsync(clock);
        clock.Advance(TimeSpan.FromMinutes(1));
        await host.Services.GetRequiredService<TimerRuns>().NextAsync();

        await host.StopAsync().WaitAsync(Patience);

        Assert.True(host.Services.GetRequiredService<Door>().Cancelled.Task.IsCompletedSuccessfully);
    }
}
