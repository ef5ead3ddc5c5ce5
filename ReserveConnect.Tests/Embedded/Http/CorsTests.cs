using System.Net;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

public sealed class CorsTests
{
    private const string Shop = "https://www.reserve.example";

    private static readonly Dictionary<string, string?> Allowed = new() { ["Reserve:Http:Cors:Origins"] = $"{Shop}, http://localhost:3000" };

    [Theory]
    [InlineData(Shop)]
    [InlineData("http://localhost:3000")]
    public async Task A_preflight_of_an_allowed_origin_is_answered(string origin)
    {
        await using var host = await BoundedFunctions.StartAsync(Allowed);
        using var answer = await PreflightAsync(host, origin);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(origin, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains("POST", Header(answer, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key", Header(answer, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Equal("600", Header(answer, "Access-Control-Max-Age"));
        Assert.Null(Header(answer, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://www.reserve.example.evil.example")]
    [InlineData("http://www.reserve.example")]
    [InlineData("https://www.reserve.example:8443")]
    [InlineData("null")]
    public async Task Another_origin_is_told_nothing(string origin)
    {
        await using var host = await BoundedFunctions.StartAsync(Allowed);
        using var preflight = await PreflightAsync(host, origin);
        using var request = await GetAsync(host, origin);

        Assert.All(new[] { preflight, request }, answer =>
            Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, request.StatusCode);
    }

    [Fact]
    public async Task An_answer_to_an_allowed_origin_says_so_and_which_headers_may_be_read()
    {
        await using var host = await BoundedFunctions.StartAsync(Allowed);
        using var answer = await GetAsync(host, Shop);

        Assert.Equal(Shop, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains("Retry-After", Header(answer, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.Contains("Origin", answer.Headers.Vary);
        Assert.Null(Header(answer, "Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task A_refusal_says_so_too_or_the_page_could_not_read_it()
    {
        await using var host = await BoundedFunctions.StartAsync(new(Allowed)
        {
            ["Reserve:Limits:General:Burst"] = "1",
            ["Reserve:Limits:General:PerMinute"] = "1",
        });
        using var taken = await GetAsync(host, Shop);
        using var refused = await GetAsync(host, Shop);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(Shop, Header(refused, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Cookies_are_allowed_by_setting_and_then_to_named_origins_only()
    {
        await using var host = await BoundedFunctions.StartAsync(new(Allowed) { ["Reserve:Http:Cors:AllowCredentials"] = "true" });
        using var answer = await GetAsync(host, Shop);

        Assert.Equal((Shop, "true"), (Header(answer, "Access-Control-Allow-Origin"), Header(answer, "Access-Control-Allow-Credentials")));
    }

    [Fact]
    public async Task Without_origins_there_is_no_cors_at_all()
    {
        await using var host = await BoundedFunctions.StartAsync();
        using var preflight = await PreflightAsync(host, Shop);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, preflight.StatusCode);
        Assert.Null(Header(preflight, "Access-Control-Allow-Origin"));
    }

    private static async Task<HttpResponseMessage> PreflightAsync(TestHost host, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "api/notes");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type,idempotency-key");
        return await host.Client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> GetAsync(TestHost host, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/notes");
        request.Headers.Add("Origin", origin);
        return await host.Client.SendAsync(request);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
