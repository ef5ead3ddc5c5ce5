using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Timers;

public sealed class StoppedRunTests
{
    private static readonly DateTimeOffset Start = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What the function waits for, and whether it gives up when it is told to.</summary>
    public sealed record Work(Task Done, bool HeedsCancellation);

    public sealed class Nightly(Work work, IServiceProvider services)
    {
        [Function("nightly")]
        public async Task Run([TimerTrigger("0 0 3 * * *")] TimerInfo timer, FunctionContext context, CancellationToken cancellationToken)
        {
            services.GetRequiredService<TimerRuns>().Add(context, timer);
            await work.Done.WaitAsync(work.HeedsCancellation ? cancellationToken : CancellationToken.None);
        }
    }

    private static Task<TestHost> StartAsync(TestDatabase database, ShiftedClock clock, Work work) => TestHost.StartAsync(
        [typeof(Nightly)],
        new() { ["Reserve:Database:ConnectionString"] = database.ConnectionString },
        builder => builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<TimerRuns>().AddSingleton(work));

    private static TimerRuns Runs(TestHost host) => host.Services.GetRequiredService<TimerRuns>();

    [Fact]
    public async Task A_run_that_a_stop_cancelled_is_run_again_at_the_next_start()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var clock = ShiftedClock.At(Start);
        await using (var host = await StartAsync(database, clock, new Work(new TaskCompletionSource().Task, HeedsCancellation: true)))
        {
            clock.AdvanceTo(Start.AddHours(15));
            await Runs(host).NextAsync();
        }

        clock.Advance(TimeSpan.FromMinutes(10));
        await using var next = await StartAsync(database, clock, new Work(Task.CompletedTask, HeedsCancellation: true));

        Assert.True((await Runs(next).NextAsync()).Info.IsPastDue);
    }

    [Fact]
    public async Task A_run_that_ends_while_the_host_stops_is_not_run_again()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var clock = ShiftedClock.At(Start);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var host = await StartAsync(database, clock, new Work(done.Task, HeedsCancellation: false)))
        {
            clock.AdvanceTo(Start.AddHours(15));
            await Runs(host).NextAsync();
            var stop = host.StopAsync();
            done.SetResult();
            await stop;
        }

        clock.AdvanceTo(Start.AddHours(20));
        await using var next = await StartAsync(database, clock, new Work(Task.CompletedTask, HeedsCancellation: false));
        clock.AdvanceTo(Start.AddHours(39));

        // The regular run of the next night is the first.
        var run = await Runs(next).NextAsync();
        Assert.False(run.Info.IsPastDue);
        Assert.Equal(3, run.At.Hour);
    }

    [Fact]
    public async Task A_run_that_heeds_no_cancellation_does_not_hold_up_the_stop_for_ever()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var clock = ShiftedClock.At(Start);
        await using var host = await TestHost.StartAsync(
            [typeof(Nightly)],
            new() { ["Reserve:Database:ConnectionString"] = database.ConnectionString, ["Reserve:Timers:StopTimeout"] = "00:00:00.2" },
            builder => builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<TimerRuns>()
                .AddSingleton(new Work(new TaskCompletionSource().Task, HeedsCancellation: false)));
        clock.AdvanceTo(Start.AddHours(15));
        await Runs(host).NextAsync();

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Contains(host.Log.Lines, line => line.Message.Contains("left behind", StringComparison.Ordinal));
    }
}
