using System.Diagnostics;
using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Hosting;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Timers;

public sealed class TimerTests
{
    private static readonly DateTimeOffset Start = new(2027, 3, 1, 12, 0, 30, TimeSpan.Zero);

    public sealed class EveryFiveMinutes(IServiceProvider services)
    {
        [Function("every_five_minutes")]
        public void Run([TimerTrigger("0 */5 * * * *", UseMonitor = false)] TimerInfo timer, FunctionContext context) =>
            services.GetRequiredService<TimerRuns>().Add(context, timer);
    }

    public sealed class Nightly(IServiceProvider services)
    {
        [Function("nightly")]
        public void Run([TimerTrigger("30 5 * * *", UseMonitor = false)] TimerInfo timer, FunctionContext context) =>
            services.GetRequiredService<TimerRuns>().Add(context, timer);
    }

    public sealed class FromSetting(IServiceProvider services)
    {
        [Function("from_setting")]
        public void Run([TimerTrigger("%Jobs__Sync%", UseMonitor = false)] TimerInfo timer, FunctionContext context) =>
            services.GetRequiredService<TimerRuns>().Add(context, timer);
    }

    public sealed class AtStart(IServiceProvider services)
    {
        [Function("at_start")]
        public void Run([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true, UseMonitor = false)] TimerInfo timer, FunctionContext context) =>
            services.GetRequiredService<TimerRuns>().Add(context, timer);
    }

    public sealed class Failing(IServiceProvider services)
    {
        [Function("failing")]
        public void Run([TimerTrigger("0 * * * * *", UseMonitor = false)] TimerInfo timer, FunctionContext context)
        {
            services.GetRequiredService<TimerRuns>().Add(context, timer);
            throw new InvalidOperationException("not this time");
        }
    }

    private static Task<TestHost> StartAsync(
        ShiftedClock clock, Type function, Dictionary<string, string?>? settings = null, Action<FunctionsApplicationBuilder>? configure = null) =>
        TestHost.StartAsync([function], settings, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<TimerRuns>();
            configure?.Invoke(builder);
        });

    private static TimerRuns Runs(TestHost host) => host.Services.GetRequiredService<TimerRuns>();

    [Fact]
    public async Task Six_fields_begin_with_the_second()
    {
        var clock = ShiftedClock.At(Start);
        await using var host = await StartAsync(clock, typeof(EveryFiveMinutes));

        clock.AdvanceTo(new(2027, 3, 1, 12, 5, 0, TimeSpan.Zero));
        var first = await Runs(host).NextAsync();
        clock.AdvanceTo(new(2027, 3, 1, 12, 10, 0, TimeSpan.Zero));
        var second = await Runs(host).NextAsync();

        Assert.Equal((12, 5), (first.At.Hour, first.At.Minute));
        Assert.Equal((12, 10), (second.At.Hour, second.At.Minute));
        Assert.False(first.Info.IsPastDue || second.Info.IsPastDue);
        Assert.Null(first.Info.ScheduleStatus);
    }

    [Fact]
    public async Task Five_fields_begin_with_the_minute_and_are_UTC()
    {
        var clock = ShiftedClock.At(Start);
        await using var host = await StartAsync(clock, typeof(Nightly));

        clock.AdvanceTo(new(2027, 3, 2, 5, 29, 0, TimeSpan.Zero));
        Assert.False(Runs(host).Any);
        clock.AdvanceTo(new(2027, 3, 2, 5, 30, 0, TimeSpan.Zero));
        var run = await Runs(host).NextAsync();

        Assert.Equal(new DateTime(2027, 3, 2, 5, 30, 0, DateTimeKind.Utc), run.At, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_schedule_between_percent_signs_is_a_setting()
    {
        var clock = ShiftedClock.At(Start);
        await using var host = await StartAsync(clock, typeof(FromSetting), new() { ["Jobs:Sync"] = "0 0 13 * * *" });

        clock.AdvanceTo(new(2027, 3, 1, 13, 0, 0, TimeSpan.Zero));

        Assert.Equal("from_setting", (await Runs(host).NextAsync()).Name);
    }

    [Fact]
    public async Task A_timer_may_also_run_when_the_host_starts()
    {
        await using var host = await StartAsync(ShiftedClock.At(Start), typeof(AtStart));

        Assert.False((await Runs(host).NextAsync()).Info.IsPastDue);
    }

    [Fact]
    public async Task A_run_that_fails_is_logged_and_the_next_one_comes()
    {
        var clock = ShiftedClock.At(Start);
        await using var host = await StartAsync(clock, typeof(Failing));

        clock.Advance(TimeSpan.FromMinutes(1));
        await Runs(host).NextAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        await Runs(host).NextAsync();

        Assert.Contains(host.Log.Lines, line =>
            line.Level == LogLevel.Error && line.Message.StartsWith("failing (", StringComparison.Ordinal) && line.Exception is InvalidOperationException);
    }

    [Fact]
    public async Task Middleware_and_the_log_see_a_timer_as_any_invocation()
    {
        var seen = new List<string>();
        await using var host = await StartAsync(ShiftedClock.At(Start), typeof(Nightly), configure: builder =>
            builder.UseMiddleware((context, next) =>
            {
                seen.Add($"{context.FunctionDefinition.Name} {context.FunctionDefinition.InputBindings["timer"].Type} {context.GetHttpContext() is null}");
                return next();
            }));

        await host.Timers.RunAsync("nightly");

        Assert.Equal(["nightly timerTrigger True"], seen);
        Assert.Contains(host.Log.Lines, line => line.Level == LogLevel.Information && line.Message.StartsWith("nightly (", StringComparison.Ordinal) && line.Message.Contains("succeeded in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_timer_runs_in_a_trace_of_its_own_when_somebody_listens()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ReserveConnect.Embedded",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        var traceParent = "";
        await using var host = await StartAsync(ShiftedClock.At(Start), typeof(Nightly), configure: builder =>
            builder.UseMiddleware((context, next) =>
            {
                traceParent = context.TraceContext.TraceParent;
                return next();
            }));

        await host.Timers.RunAsync("nightly");

        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", traceParent);
    }

    [Fact]
    public async Task Timers_that_are_switched_off_run_only_when_asked()
    {
        var clock = ShiftedClock.At(Start);
        await using var host = await StartAsync(clock, typeof(AtStart), new() { ["Reserve:Timers:Enabled"] = "false" });
        clock.Advance(TimeSpan.FromDays(400));

        Assert.False(Runs(host).Any);
        await host.Timers.RunAsync("AT_START");
        Assert.Equal("at_start", (await Runs(host).NextAsync()).Name);
        await Assert.ThrowsAsync<ArgumentException>(() => host.Timers.RunAsync("no_such_timer"));
    }

    [Fact]
    public async Task What_a_timer_throws_comes_out_to_whoever_asked_for_the_run()
    {
        await using var host = await StartAsync(ShiftedClock.At(Start), typeof(Failing), new() { ["Reserve:Timers:Enabled"] = "false" });

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Timers.RunAsync("failing"));
    }

    [Fact]
    public async Task An_operator_on_this_machine_may_start_a_timer_by_http()
    {
        await using var host = await StartAsync(ShiftedClock.At(Start), typeof(Nightly));
        using var accepted = await host.Client.PostAsync("admin/functions/nightly", null);
        using var unknown = await host.Client.PostAsync("admin/functions/daily", null);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("nightly", (await Runs(host).NextAsync()).Name);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Timers_need_no_web_application()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Services.AddSingleton<TimerRuns>().AddFunctionTypes(typeof(AtStart));
        using var host = builder.Build();
        await host.StartAsync();

        Assert.Equal("at_start", (await host.Services.GetRequiredService<TimerRuns>().NextAsync()).Name);
        await host.StopAsync();
    }
}
