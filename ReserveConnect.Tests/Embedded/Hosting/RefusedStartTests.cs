using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Embedded.Hosting;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Hosting;

public sealed class RefusedStartTests
{
    public static class Twins
    {
        [Function("twin")]
        public static void One([HttpTrigger] HttpRequest request) => _ = request;

        [Function("TWIN")]
        public static void Other([HttpTrigger] HttpRequest request) => _ = request;
    }

    public static class SameRoute
    {
        [Function("first_door")]
        public static void One([HttpTrigger("get", "put", Route = "doors/{id:guid}")] HttpRequest request, Guid id) => _ = id;

        [Function("number_door")]
        public static void Number([HttpTrigger("get", Route = "doors/{number:int}")] HttpRequest request, int number) => _ = number;

        [Function("second_door")]
        public static void Other([HttpTrigger("PUT", Route = "Doors/{door:guid}")] HttpRequest request, Guid door) => _ = door;
    }

    public static class NoTrigger
    {
        [Function("no_trigger")]
        public static void Run(HttpRequest request) => _ = request;
    }

    public static class NotInRoute
    {
        [Function("not_in_route")]
        public static void Run([HttpTrigger(Route = "a/{id}")] HttpRequest request, string ident) => _ = ident;
    }

    public static class UnknownType
    {
        [Function("unknown_type")]
        public static void Run([HttpTrigger(Route = "a/{where}")] HttpRequest request, Uri where) => _ = where;
    }

    public static class WrongTriggerType
    {
        [Function("wrong_trigger")]
        public static void Run([HttpTrigger] string request) => _ = request;
    }

    public static class OptionalIntoRequired
    {
        [Function("optional_into_required")]
        public static void Run([HttpTrigger(Route = "a/{page?}")] HttpRequest request, int page) => _ = page;
    }

    public static class BrokenRoute
    {
        [Function("broken_route")]
        public static void Run([HttpTrigger(Route = "a/{b")] HttpRequest request) => _ = request;
    }

    public static class AwaitedByNobody
    {
        [Function("awaited_by_nobody")]
        public static async void Run([HttpTrigger] HttpRequest request) => await Task.Yield();
    }

    public static class ValueTasks
    {
        [Function("value_task")]
        public static ValueTask<IActionResult> Run([HttpTrigger] HttpRequest request) => new(new OkResult());
    }

    public sealed class Lonely(IOptionsSnapshot<Uri> settings, TimeZoneInfo zone)
    {
        [Function("lonely")]
        public void Run([HttpTrigger] HttpRequest request) => _ = (settings, zone);
    }

    public sealed class TwoWays
    {
        public TwoWays()
        {
        }

        public TwoWays(TimeProvider time) => _ = time;

        [Function("two_ways")]
        public void Run([HttpTrigger] HttpRequest request) => _ = request;
    }

    public static class BrokenSchedule
    {
        [Function("broken_schedule")]
        public static void Run([TimerTrigger("every minute", UseMonitor = false)] TimerInfo timer) => _ = timer;
    }

    public static class NeverComes
    {
        [Function("never_comes")]
        public static void Run([TimerTrigger("0 0 0 30 2 *", UseMonitor = false)] TimerInfo timer) => _ = timer;
    }

    public static class UnsetSchedule
    {
        [Function("unset_schedule")]
        public static void Run([TimerTrigger("%Jobs__Unset%", UseMonitor = false)] TimerInfo timer) => _ = timer;
    }

    [Theory]
    [InlineData(typeof(Twins), "'TWIN'", "more than once")]
    [InlineData(typeof(SameRoute), "'first_door' and 'second_door'", "PUT Doors/{door:guid}")]
    [InlineData(typeof(NoTrigger), "'no_trigger'", "exactly one")]
    [InlineData(typeof(NotInRoute), "'not_in_route'", "'ident'")]
    [InlineData(typeof(UnknownType), "'unknown_type'", "'where' of type Uri")]
    [InlineData(typeof(WrongTriggerType), "'wrong_trigger'", "'request' of type String")]
    [InlineData(typeof(OptionalIntoRequired), "'optional_into_required'", "'page' must be nullable")]
    [InlineData(typeof(BrokenRoute), "'broken_route'", "not a route template")]
    [InlineData(typeof(AwaitedByNobody), "'awaited_by_nobody'", "return Task")]
    [InlineData(typeof(ValueTasks), "'value_task'", "ValueTask")]
    [InlineData(typeof(Lonely), "'lonely'", "System.TimeZoneInfo (zone of Lonely)")]
    [InlineData(typeof(TwoWays), "'two_ways'", "one public constructor")]
    [InlineData(typeof(BrokenSchedule), "'broken_schedule'", "'every minute' is not a cron expression")]
    [InlineData(typeof(NeverComes), "'never_comes'", "never comes round")]
    [InlineData(typeof(UnsetSchedule), "'unset_schedule'", "'Jobs__Unset', which is not set")]
    public async Task A_function_that_could_not_run_is_refused_by_name(Type functions, string name, string reason)
    {
        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() => TestHost.StartAsync([functions]));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void An_http_function_without_the_web_application_is_refused()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Services.AddFunctionTypes(typeof(Http.ResultTests.Answers));

        var refusal = Assert.Throws<StartRefusedException>(builder.Build);

        Assert.Contains("ConfigureFunctionsWebApplication", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("127.0.0.1:7071")]
    public async Task A_listen_url_that_is_not_http_is_refused(string url)
    {
        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() =>
            TestHost.StartAsync([typeof(Http.ResultTests.Answers)], new() { ["Reserve:Http:Url"] = url }));

        Assert.Contains("Reserve:Http:Url", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(url, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_with_its_address()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() =>
            TestHost.StartAsync([typeof(Http.ResultTests.Answers)], new() { ["Reserve:Http:Url"] = url }));

        Assert.Contains(url, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("in use", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_start_leaves_the_console_to_the_program_that_was_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        using var program = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(RefusedStartTests).Assembly.Location, ListenScenario.Name, url },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var error = program.StandardError.ReadToEndAsync();
        var output = program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(1, program.ExitCode);
        Assert.Equal($"cannot listen on {url}: the port is in use; stop what listens there or set Reserve:Http:Url", (await error).TrimEnd());
        Assert.Equal("", await output);
    }
}
