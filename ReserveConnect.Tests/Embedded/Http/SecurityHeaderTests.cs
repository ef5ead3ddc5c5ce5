using System.Net;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

public sealed class SecurityHeaderTests
{
    public static TheoryData<string, string, int> Answers => new()
    {
        { "GET", "api/notes/1", 200 },
        { "GET", "api/days/yesterday", 400 },
        { "GET", "api/nothing", 404 },
        { "DELETE", "api/notes", 405 },
        { "POST", "api/notes", 415 },
        { "GET", "api/fail", 500 },
        { "GET", "api/dawdle", 503 },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Every_answer_tells_a_browser_what_it_is_not(string method, string path, int status)
    {
        await using var host = await BoundedFunctions.StartAsync(new() { ["Reserve:Limits:RequestTimeout"] = "00:00:00.2" });
        using var request = new HttpRequestMessage(new(method), path);
        using var answer = await host.Client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("nosniff", One(answer, "X-Content-Type-Options"));
        Assert.StartsWith("default-src 'none';", One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("no-referrer", One(answer, "Referrer-Policy"));
        Assert.Contains("geolocation=()", One(answer, "Permissions-Policy"), StringComparison.Ordinal);
        Assert.Equal("same-origin", One(answer, "Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", One(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal("no-store", One(answer, "Cache-Control"));
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused_with_them_too()
    {
        await using var host = await BoundedFunctions.StartAsync(new() { ["Reserve:Http:MaxRequestBodyBytes"] = "10" });
        using var answer = await host.Client.PostAsync("api/notes", new ByteArrayContent(new byte[11]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("nosniff", One(answer, "X-Content-Type-Options"));
    }

    [Fact]
    public async Task What_a_function_says_itself_stays()
    {
        await using var host = await BoundedFunctions.StartAsync();
        using var answer = await host.Client.GetAsync("api/cached");

        Assert.Equal("public, max-age=60", One(answer, "Cache-Control"));
    }

    [Theory]
    [InlineData("127.0.0.0/8", "https", false, true)]
    [InlineData("127.0.0.0/8", "http", false, false)]
    [InlineData("", "https", false, false)]
    [InlineData("", null, true, true)]
    public async Task Browsers_are_told_to_stay_with_https_only_when_they_came_by_it(string trusted, string? scheme, bool always, bool told)
    {
        await using var host = await BoundedFunctions.StartAsync(new()
        {
            ["Reserve:Http:TrustedProxies"] = trusted,
            ["Reserve:Http:AlwaysHttps"] = $"{always}",
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/nothing");
        request.Headers.Add("X-Forwarded-For", "203.0.113.1");
        if (scheme is not null)
        {
            request.Headers.Add("X-Forwarded-Proto", scheme);
        }

        using var answer = await host.Client.SendAsync(request);

        Assert.Equal(told ? "max-age=31536000; includeSubDomains" : null, answer.Headers.TryGetValues("Strict-Transport-Security", out var said) ? said.Single() : null);
    }

    private static string One(HttpResponseMessage answer, string header) =>
        Assert.Single(answer.Headers.TryGetValues(header, out var values) || answer.Content.Headers.TryGetValues(header, out values) ? values : []);
}
