using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Embedded.Hosting;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

public sealed class RoutingTests
{
    public static class Routes
    {
        [Function("ping")]
        public static IActionResult Ping([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new OkObjectResult("pong");

        [Function("by_id")]
        public static IActionResult ById([HttpTrigger(AuthorizationLevel.Anonymous, "get", "delete", Route = "things/{id}")] HttpRequest request, Guid id) =>
            new ContentResult { Content = $"{request.Method} {id:D}" };

        [Function("constrained")]
        public static IActionResult Constrained([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "numbers/{number:int:min(1)}")] HttpRequest request, int number) =>
            new ContentResult { Content = $"number {number}" };

        [Function("named")]
        public static IActionResult Named([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "numbers/{name:alpha}")] HttpRequest request, string name) =>
            new ContentResult { Content = $"name {name}" };

        [Function("every_type")]
        public static IActionResult EveryType(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "types/{text}/{id}/{count}/{big}/{night}/{flag}")] HttpRequest request,
            string text, Guid id, int count, long big, DateOnly night, bool flag) =>
            new ContentResult { Content = FormattableString.Invariant($"{text}|{id:D}|{count}|{big}|{night:yyyy-MM-dd}|{flag}") };

        [Function("optional")]
        public static IActionResult Optional(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "optional/{name?}")] HttpRequest request, string? name) =>
            new ContentResult { Content = name ?? "none" };

        [Function("optional_night")]
        public static IActionResult OptionalNight(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "nights/{night?}")] HttpRequest request, DateOnly? night) =>
            new ContentResult { Content = night is null ? "none" : FormattableString.Invariant($"{night:yyyy-MM-dd}") };

        [Function("defaulted")]
        public static IActionResult Defaulted(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "pages/{page?}")] HttpRequest request, int page = 7) =>
            new ContentResult { Content = FormattableString.Invariant($"{page}") };

        [Function("any_method")]
        public static IActionResult AnyMethod([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
            new ContentResult { Content = request.Method };

        [Function("catch_all")]
        public static IActionResult CatchAll([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "files/{*path}")] HttpRequest request, string path) =>
            new ContentResult { Content = path };

        [Function("local_only")]
        public static IActionResult LocalOnly([HttpTrigger(AuthorizationLevel.Admin, "get", Route = "local")] HttpRequest request) => new OkResult();
    }

    private static Task<TestHost> StartAsync() => TestHost.StartAsync([typeof(Routes)]);

    [Fact]
    public async Task A_function_without_a_route_stands_at_its_name_below_api()
    {
        await using var host = await StartAsync();

        Assert.Equal("pong", await host.Client.GetStringAsync("api/ping"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Several_methods_lead_to_one_function(string method)
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "api/things/0198c0de-0000-7000-8000-000000000001");
        using var response = await host.Client.SendAsync(request);

        Assert.Equal($"{method} 0198c0de-0000-7000-8000-000000000001", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("numbers/12", "number 12")]
    [InlineData("numbers/twelve", "name twelve")]
    [InlineData("files/a/b/c.txt", "a/b/c.txt")]
    [InlineData("optional", "none")]
    [InlineData("optional/x", "x")]
    [InlineData("nights", "none")]
    [InlineData("nights/2027-02-28", "2027-02-28")]
    [InlineData("pages", "7")]
    [InlineData("pages/3", "3")]
    [InlineData("any_method", "GET")]
    [InlineData("types/a%20b/0198c0de-0000-7000-8000-000000000001/-5/9007199254740993/2027-12-31/true", "a b|0198c0de-0000-7000-8000-000000000001|-5|9007199254740993|2027-12-31|True")]
    public async Task A_path_is_bound_as_its_function_declares(string path, string expected)
    {
        await using var host = await StartAsync();

        Assert.Equal(expected, await host.Client.GetStringAsync($"api/{path}"));
    }

    [Theory]
    [InlineData("GET", "api/nowhere", 404, "not_found")]
    [InlineData("GET", "ping", 404, "not_found")]
    [InlineData("GET", "api/numbers/0", 404, "not_found")]
    [InlineData("POST", "api/ping", 405, "method_not_allowed")]
    [InlineData("GET", "api/things/no-uuid", 400, "bad_request")]
    [InlineData("GET", "api/nights/31-12-2027", 400, "bad_request")]
    [InlineData("GET", "api/nights/2027-02-29", 400, "bad_request")]
    [InlineData("GET", "api/types/a/0198c0de-0000-7000-8000-000000000001/99999999999/1/2027-12-31/true", 400, "bad_request")]
    [InlineData("GET", "api/types/a/0198c0de-0000-7000-8000-000000000001/1/1/2027-12-31/maybe", 400, "bad_request")]
    public async Task What_no_function_answers_is_refused_as_a_problem_with_a_code(string method, string path, int status, string code)
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await host.Client.SendAsync(request);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("trace_id").GetString()!);
    }

    [Fact]
    public async Task A_wrong_method_is_told_the_right_ones()
    {
        await using var host = await StartAsync();
        using var response = await host.Client.PostAsync("api/things/0198c0de-0000-7000-8000-000000000001", null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["DELETE", "GET"], response.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task A_function_that_is_not_anonymous_is_open_to_this_machine()
    {
        await using var host = await StartAsync();
        using var response = await host.Client.GetAsync("api/local");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("""{ "version": "2.0", "extensions": { "http": { "routePrefix": "v2/here" } } }""", "v2/here/ping")]
    [InlineData("""{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }""", "ping")]
    [InlineData("""{ "version": "2.0" /* nothing about http */, }""", "api/ping")]
    public async Task The_route_prefix_is_read_from_host_json(string hostJson, string path)
    {
        var directory = Directory.CreateTempSubdirectory("host-json-");
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "host.json"), hostJson);
        try
        {
            await using var host = await TestHost.StartAsync([typeof(Routes)], new() { ["Reserve:Http:HostJsonDirectory"] = directory.FullName });
            Assert.Equal("pong", await host.Client.GetStringAsync(path));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_broken_host_json_is_refused()
    {
        var directory = Directory.CreateTempSubdirectory("host-json-");
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "host.json"), "{ version");
        try
        {
            var refusal = await Assert.ThrowsAsync<StartRefusedException>(() =>
                TestHost.StartAsync([typeof(Routes)], new() { ["Reserve:Http:HostJsonDirectory"] = directory.FullName }));
            Assert.Contains("host.json", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
