using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

public sealed class ResultTests
{
    public sealed record Stay(string UnitId, DateOnly CheckIn, decimal? TotalAmount);

    public static class Answers
    {
        private static readonly Stay Stay = new("u1", new DateOnly(2027, 2, 1), null);

        [Function("ok_object")]
        public static async Task<IActionResult> OkObject([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
        {
            await Task.Yield();
            return new OkObjectResult(Stay);
        }

        [Function("json_result")]
        public static IActionResult Json([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
            new JsonResult(Stay) { StatusCode = StatusCodes.Status201Created };

        [Function("problem")]
        public static IActionResult Problem([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
            new ObjectResult(new ProblemDetails { Status = 409, Title = "Taken", Extensions = { ["code"] = "not_available" } }) { StatusCode = 409 };

        [Function("content")]
        public static IActionResult Content([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
            new ContentResult { Content = "<p>olá</p>", ContentType = "text/html; charset=utf-8", StatusCode = 202 };

        [Function("status")]
        public static IActionResult Status([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new StatusCodeResult(204);

        [Function("missing")]
        public static IActionResult Missing([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new NotFoundResult();

        [Function("file")]
        public static IActionResult File([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
            new FileContentResult(Encoding.UTF8.GetBytes("a;b"), "text/csv") { FileDownloadName = "ledger.csv" };

        [Function("result")]
        public static async Task<IResult> Result([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
        {
            await Task.Yield();
            return Results.Text("plain", "text/plain", Encoding.UTF8, 203);
        }

        [Function("written")]
        public static Task Written([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
            request.HttpContext.Response.WriteAsync("written by hand");

        [Function("nothing")]
        public static void Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => _ = request;

        [Function("echo")]
        public static async Task<IActionResult> Echo([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request, CancellationToken cancellationToken) =>
            new OkObjectResult(await request.ReadFromJsonAsync<Stay>(cancellationToken));

        [Function("throws")]
        public static IActionResult Throws([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
            throw new InvalidOperationException("a secret inside");
    }

    private static Task<TestHost> StartAsync() => TestHost.StartAsync([typeof(Answers)], configure: builder =>
        builder.Services.Configure<JsonOptions>(options => options.JsonSerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower));

    [Theory]
    [InlineData("ok_object", 200, "application/json; charset=utf-8", """{"unit_id":"u1","check_in":"2027-02-01","total_amount":null}""")]
    [InlineData("json_result", 201, "application/json; charset=utf-8", """{"unit_id":"u1","check_in":"2027-02-01","total_amount":null}""")]
    [InlineData("problem", 409, "application/problem+json; charset=utf-8", """{"title":"Taken","status":409,"code":"not_available"}""")]
    [InlineData("content", 202, "text/html; charset=utf-8", "<p>olá</p>")]
    [InlineData("status", 204, null, "")]
    [InlineData("missing", 404, null, "")]
    [InlineData("file", 200, "text/csv", "a;b")]
    [InlineData("result", 203, "text/plain; charset=utf-8", "plain")]
    [InlineData("written", 200, null, "written by hand")]
    [InlineData("nothing", 200, null, "")]
    public async Task A_result_is_written_as_ASP_NET_Core_would(string function, int status, string? contentType, string body)
    {
        await using var host = await StartAsync();
        using var response = await host.Client.GetAsync($"api/{function}");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_file_is_offered_under_its_name()
    {
        await using var host = await StartAsync();
        using var response = await host.Client.GetAsync("api/file");

        Assert.Equal("ledger.csv", response.Content.Headers.ContentDisposition?.FileNameStar);
    }

    [Fact]
    public async Task A_function_that_throws_is_a_500_that_tells_nothing_and_a_line_in_the_log()
    {
        await using var host = await StartAsync();
        using var response = await host.Client.GetAsync("api/throws");
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("internal_error", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.Contains(host.Log.Lines, line => line.Message.StartsWith("throws (", StringComparison.Ordinal) && line.Exception is InvalidOperationException);
    }

    [Fact]
    public async Task A_function_reads_the_body_from_its_request()
    {
        await using var host = await StartAsync();
        using var content = new StringContent("""{"unitId":"u9","checkIn":"2027-03-04"}""", Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync("api/echo", content);

        Assert.Equal("""{"unit_id":"u9","check_in":"2027-03-04","total_amount":null}""", await response.Content.ReadAsStringAsync());
    }
}
