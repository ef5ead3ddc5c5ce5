using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Http;

/// <summary>A marketplace behind a proxy, with a web shop at another origin, that lets a client search twice and waits three seconds for a request.</summary>
public sealed class GuardedMarketplace : Marketplace
{
    public const string Shop = "https://www.reserve.example";

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Http:TrustedProxies", "127.0.0.0/8,::1/128"),
        new("Reserve:Http:Cors:Origins", Shop),
        new("Reserve:Limits:Search:PerMinute", "2"),
        new("Reserve:Limits:Search:Burst", "2"),
        new("Reserve:Limits:RequestTimeout", "00:00:03"),
        // What a guest who pays asks of the providers has to fit into that.
        new("Reserve:Stripe:CallTimeout", "00:00:00.300"),
        new("Reserve:Stripe:TotalTimeout", "00:00:00.400"),
        new("Reserve:MercadoPago:CallTimeout", "00:00:00.300"),
        new("Reserve:MercadoPago:TotalTimeout", "00:00:00.400"),
    ];
}

/// <summary>What stands before the product's own functions, on the host that they were built for: each piece of it is there.</summary>
public sealed class FrontTests(GuardedMarketplace market) : IClassFixture<GuardedMarketplace>
{
    private static int _clients;

    [Theory]
    [InlineData("/api/properties?city=urubici", 200)]
    [InlineData("/api/properties", 400)]
    [InlineData("/api/accounts/me", 401)]
    [InlineData("/api/properties/no-such-place", 404)]
    public async Task Every_answer_of_a_function_or_in_its_place_tells_a_browser_what_it_is_not(string path, int status)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.StartsWith("default-src 'none';", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Null(Header(answer, "Server"));
        Assert.Equal(status == 200 ? "application/json" : "application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("https", "max-age=31536000; includeSubDomains")]
    [InlineData("http", null)]
    public async Task The_proxy_says_how_the_client_came(string scheme, string? told)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/api/health/live", "203.0.113.1", ("X-Forwarded-Proto", scheme));

        Assert.Equal(told, Header(answer, "Strict-Transport-Security"));
    }

    [Theory]
    [InlineData(GuardedMarketplace.Shop, GuardedMarketplace.Shop)]
    [InlineData("https://evil.example", null)]
    public async Task Pages_of_the_named_origin_may_read_an_answer(string origin, string? allowed)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/api/health/live", headers: ("Origin", origin));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(allowed, Header(answer, "Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData(null, "203.0.113.6")]
    [InlineData(GuardedMarketplace.Shop, "203.0.113.7")]
    [InlineData("https://evil.example", "203.0.113.8")]
    public async Task What_a_cache_keeps_it_keeps_for_one_origin(string? origin, string client)
    {
        using var answer = origin is null
            ? await SendAsync(HttpMethod.Get, "/api/properties?city=urubici", client)
            : await SendAsync(HttpMethod.Get, "/api/properties?city=urubici", client, ("Origin", origin));

        Assert.Equal("public, max-age=60", Header(answer, "Cache-Control"));
        Assert.Equal(["Accept-Encoding", "Origin"], answer.Headers.Vary.Order());
    }

    [Theory]
    [InlineData("/api/search?city=urubici", "203.0.113.2", "203.0.113.3")]
    [InlineData("/api/properties?city=urubici", "203.0.113.4", "203.0.113.5")]
    public async Task Each_client_behind_the_proxy_has_an_allowance_and_reads_when_to_come_back(string search, string client, string another)
    {
        for (var request = 0; request < 2; request++)
        {
            using var taken = await SendAsync(HttpMethod.Get, search, client);
            Assert.NotEqual(HttpStatusCode.TooManyRequests, taken.StatusCode);
        }

        using var refused = await SendAsync(HttpMethod.Get, search, $"198.51.100.7, {client}", ("Origin", GuardedMarketplace.Shop));
        using var other = await SendAsync(HttpMethod.Get, search, another);

        await ExpectAsync(refused, 429, "rate_limited");
        Assert.InRange(int.Parse(Header(refused, "Retry-After")!, CultureInfo.InvariantCulture), 1, 30);
        Assert.Equal(GuardedMarketplace.Shop, Header(refused, "Access-Control-Allow-Origin"));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, other.StatusCode);
    }

    [Fact]
    public async Task What_is_too_much_of_a_request_is_refused_with_its_code()
    {
        using var query = await SendAsync(HttpMethod.Get, $"/api/properties?city={new string('x', 4_100)}");
        using var parameters = await SendAsync(HttpMethod.Get, $"/api/properties?city=urubici{string.Concat(Enumerable.Repeat("&a", 60))}");
        using var header = await SendAsync(HttpMethod.Get, "/api/properties?city=urubici", headers: ("X-Long", new string('x', 9_000)));
        using var packed = await PostAsync(new ByteArrayContent([1]) { Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } } });
        using var nested = await PostAsync(new StringContent(new string('[', 10_000), Encoding.UTF8, "application/json"));
        using var form = await PostAsync(new FormUrlEncodedContent([new("unit_id", "1")]));

        await ExpectAsync(query, 400, "query_too_long");
        await ExpectAsync(parameters, 400, "too_many_parameters");
        await ExpectAsync(header, 400, "header_too_long");
        await ExpectAsync(packed, 415, "unsupported_content_encoding");
        await ExpectAsync(nested, 400, "malformed_json");
        Assert.Equal(415, (int)form.StatusCode);
    }

    [Fact]
    public async Task A_body_of_more_than_a_mebibyte_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/booking-intents")
        {
            Content = new ByteArrayContent(new byte[(1024 * 1024) + 1]) { Headers = { ContentType = new("application/json") } },
        };
        // A server may answer before the body is through; only a client that asks first is sure to read it.
        request.Headers.ExpectContinue = true;
        using var answer = await market.Api.SendAsync(request);

        await ExpectAsync(answer, 413, "body_too_large");
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_answered_408()
    {
        const string head = "POST /api/booking-intents HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 1000\n\n";
        using var slow = await RawRequest.SendAsync(market.Api.BaseAddress!, head, "{"u8.ToArray());

        Assert.Equal(408, await slow.StatusAsync());
    }

    private Task<HttpResponseMessage> PostAsync(HttpContent content) => market.Api.PostAsync("/api/booking-intents", content);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? client = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        // Who is not named comes for the first time, and is not refused for what others asked.
        client ??= $"198.18.0.{Interlocked.Increment(ref _clients)}";
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("X-Forwarded-For", client), .. headers])
        {
            request.Headers.Add(name, value);
        }

        return await market.Api.SendAsync(request);
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static async Task ExpectAsync(HttpResponseMessage answer, int status, string code)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonNode>())!["code"]!.GetValue<string>());
    }
}
