using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Embedded.Hosting;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Timers;

public sealed class MissedRunTests
{
    private static readonly DateTimeOffset Start = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public sealed class Nightly(IServiceProvider services)
    {
        [Function("nightly")]
        public void Run([TimerTrigger("0 0 3 * * *")] TimerInfo timer, FunctionContext context) =>
            services.GetRequiredService<TimerRuns>().Add(context, timer);
    }

    private static Task<TestHost> StartAsync(TestDatabase database, ShiftedClock clock) => TestHost.StartAsync(
        [typeof(Nightly)],
        new() { ["Reserve:Database:ConnectionString"] = database.ConnectionString },
        builder => builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<TimerRuns>());

    private static TimerRuns Runs(TestHost host) => host.Services.GetRequiredService<TimerRuns>();

    private static DateTimeOffset At(int day, int hour) => new(2027, 3, day, hour, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Runs_missed_while_the_host_was_down_are_made_up_for_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var clock = ShiftedClock.At(Start);
        DateTime last;
        await using (var host = await StartAsync(database, clock))
        {
            clock.AdvanceTo(At(2, 3));
            var onTime = await Runs(host).NextAsync();
            Assert.False(onTime.Info.IsPastDue);
            Assert.Equal(DateTime.MinValue, onTime.Info.ScheduleStatus!.Last);
            Assert.Equal(At(3, 3).UtcDateTime, onTime.Info.ScheduleStatus.Next);
            last = onTime.At;
        }

        clock.AdvanceTo(At(6, 17));
        await using (var host = await StartAsync(database, clock))
        {
            var madeUp = await Runs(host).NextAsync();
            Assert.True(madeUp.Info.IsPastDue);
            Assert.Equal(last, madeUp.Info.ScheduleStatus!.Last, TimeSpan.FromSeconds(1));
            Assert.Equal(At(7, 3).UtcDateTime, madeUp.Info.ScheduleStatus.Next);

            // The run after the one made up for is the regular one: nothing ran in between.
            clock.AdvanceTo(At(7, 3));
            var regular = await Runs(host).NextAsync();
            Assert.False(regular.Info.IsPastDue);
            Assert.Equal(madeUp.At, regular.Info.ScheduleStatus!.Last, TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task A_timer_that_never_ran_is_made_up_for_as_well()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var clock = ShiftedClock.At(Start);
        await using (await StartAsync(database, clock))
        {
        }

        clock.AdvanceTo(At(2, 9));
        await using var host = await StartAsync(database, clock);

        Assert.True((await Runs(host).NextAsync()).Info.IsPastDue);
    }

    [Fact]
    public async Task A_restart_between_two_runs_runs_nothing()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var clock = ShiftedClock.At(Start);
        await using (await StartAsync(database, clock))
        {
        }

        clock.AdvanceTo(At(1, 23));
        await using var host = await StartAsync(database, clock);
        clock.AdvanceTo(At(2, 3));

        Assert.False((await Runs(host).NextAsync()).Info.IsPastDue);
    }

    [Fact]
    public async Task A_clock_that_was_ahead_at_the_last_run_does_not_stop_the_timer()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using (var ahead = await StartAsync(database, ShiftedClock.At(Start + TimeSpan.FromDays(900))))
            await ahead.Timers.RunAsync("nightly");

        var clock = ShiftedClock.At(Start);
        await using var host = await StartAsync(database, clock);
        clock.AdvanceTo(At(2, 3));

        Assert.Equal(2, (await Runs(host).NextAsync()).At.Day);
    }

    [Fact]
    public async Task A_timer_whose_last_run_cannot_be_kept_is_refused_by_name()
    {
        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() =>
            TestHost.StartAsync([typeof(Nightly)], new() { ["Reserve:Database:ConnectionString"] = "" }));

        Assert.Contains("'nightly'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Reserve:Database:ConnectionString", refusal.Message, StringComparison.Ordinal);
    }
}
