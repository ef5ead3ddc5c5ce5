using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Functions.Limiting;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

public sealed class RateLimitTests
{
    private static readonly Dictionary<string, string?> ThreeAMinute = new()
    {
        ["Reserve:Limits:General:PerMinute"] = "3",
        ["Reserve:Limits:General:Burst"] = "3",
        ["Reserve:Limits:Login:PerMinute"] = "1",
        ["Reserve:Limits:Login:Burst"] = "1",
    };

    private static readonly Dictionary<string, string?> BehindAProxy = new(ThreeAMinute) { ["Reserve:Http:TrustedProxies"] = "127.0.0.0/8, ::1/128" };

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back_and_is_let_in_then()
    {
        var clock = new ShiftedClock();
        await using var host = await BoundedFunctions.StartAsync(ThreeAMinute, clock);
        await ExpectAsync(host, HttpStatusCode.OK, times: 3);

        using var refused = await host.Client.GetAsync("api/notes");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal("rate_limited", (await refused.Content.ReadFromJsonAsync<JsonNode>())!["code"]!.GetValue<string>());
        var wait = int.Parse(Assert.Single(refused.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture);
        Assert.InRange(wait, 1, 20);
        clock.Advance(TimeSpan.FromSeconds(wait));
        await ExpectAsync(host, HttpStatusCode.OK);
        await ExpectAsync(host, HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_stricter_class_is_used_up_by_itself()
    {
        await using var host = await BoundedFunctions.StartAsync(ThreeAMinute);
        using var first = await host.Client.PostAsync("api/login", null);
        using var second = await host.Client.PostAsync("api/login", null);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode));
        await ExpectAsync(host, HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_a_client_says_of_its_own_address_gives_it_no_second_allowance()
    {
        await using var host = await BoundedFunctions.StartAsync(ThreeAMinute);
        for (var request = 0; request < 3; request++)
        {
            await ExpectAsync(host, HttpStatusCode.OK, $"203.0.113.{request}");
        }

        await ExpectAsync(host, HttpStatusCode.TooManyRequests, "203.0.113.9");
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_each_client_has_its_own()
    {
        await using var host = await BoundedFunctions.StartAsync(BehindAProxy);
        await ExpectAsync(host, HttpStatusCode.OK, "203.0.113.1", times: 3);
        await ExpectAsync(host, HttpStatusCode.TooManyRequests, "203.0.113.1");
        await ExpectAsync(host, HttpStatusCode.OK, "203.0.113.2:4711");

        // What stands further left is what that client sent itself.
        await ExpectAsync(host, HttpStatusCode.TooManyRequests, "198.51.100.7, 203.0.113.1");
    }

    [Fact]
    public async Task Addresses_of_one_IPv6_network_are_one_client()
    {
        await using var host = await BoundedFunctions.StartAsync(BehindAProxy);
        for (var request = 0; request < 3; request++)
        {
            await ExpectAsync(host, HttpStatusCode.OK, $"2001:db8:1:2::{request}");
        }

        await ExpectAsync(host, HttpStatusCode.TooManyRequests, "2001:db8:1:2:ffff::9");
        await ExpectAsync(host, HttpStatusCode.OK, "2001:db8:1:3::1");
    }

    [Fact]
    public async Task All_networks_of_one_IPv6_site_together_have_a_multiple_of_one_clients_allowance()
    {
        await using var host = await BoundedFunctions.StartAsync(new(BehindAProxy) { ["Reserve:Limits:SiteFactor"] = "2" });
        for (var network = 0; network < 6; network++)
        {
            await ExpectAsync(host, HttpStatusCode.OK, $"2001:db8:1:{network}::1");
        }

        await ExpectAsync(host, HttpStatusCode.TooManyRequests, "2001:db8:1:ffff::1");
        await ExpectAsync(host, HttpStatusCode.OK, "2001:db8:2:ffff::1");
    }

    [Fact]
    public async Task A_client_that_is_refused_takes_nothing_from_its_site()
    {
        await using var host = await BoundedFunctions.StartAsync(new(BehindAProxy) { ["Reserve:Limits:SiteFactor"] = "2" });
        await ExpectAsync(host, HttpStatusCode.OK, "2001:db8:1::1", times: 3);
        await ExpectAsync(host, HttpStatusCode.TooManyRequests, "2001:db8:1::1", times: 5);

        await ExpectAsync(host, HttpStatusCode.OK, "2001:db8:1:1::1", times: 3);
    }

    [Theory]
    [InlineData(1, "203.0.113.1, 10.0.0.1", "10.0.0.1")]
    [InlineData(2, "203.0.113.1, 10.0.0.1", "203.0.113.1")]
    [InlineData(2, "198.51.100.7, 203.0.113.1, 10.0.0.1", "203.0.113.1")]
    [InlineData(2, "203.0.113.1, 192.0.2.1", "192.0.2.1")]
    [InlineData(2, "nonsense", "127.0.0.1")]
    public async Task Of_a_row_of_proxies_the_right_most_address_that_is_not_one_of_them_counts(int hops, string forwarded, string client)
    {
        await using var host = await BoundedFunctions.StartAsync(new()
        {
            ["Reserve:Http:TrustedProxies"] = "127.0.0.0/8,10.0.0.0/8",
            ["Reserve:Http:ForwardedHops"] = $"{hops}",
        });
        using var answer = await GetAsync(host, forwarded);

        Assert.EndsWith(client, (await answer.Content.ReadFromJsonAsync<JsonNode>())!["client"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_may_name_its_client_in_another_header()
    {
        await using var host = await BoundedFunctions.StartAsync(new(BehindAProxy) { ["Reserve:Http:ClientAddressHeader"] = "X-Azure-ClientIP" });
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/notes");
        request.Headers.Add("X-Azure-ClientIP", "203.0.113.5");
        request.Headers.Add("X-Forwarded-For", "203.0.113.6");
        using var answer = await host.Client.SendAsync(request);

        Assert.EndsWith("203.0.113.5", (await answer.Content.ReadFromJsonAsync<JsonNode>())!["client"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Reserve:Http:TrustedProxies", "10.0.0.0/33")]
    [InlineData("Reserve:Http:TrustedProxies", "proxy.example.com")]
    [InlineData("Reserve:Limits:Login:Burst", "0")]
    [InlineData("Reserve:Http:Cors:Origins", "*")]
    [InlineData("Reserve:Http:Cors:Origins", "https://*.example.com")]
    [InlineData("Reserve:Http:Cors:Origins", "https://www.example.com/")]
    public async Task A_setting_that_is_none_refuses_the_start(string name, string value)
    {
        var refused = await Record.ExceptionAsync(() => BoundedFunctions.StartAsync(new() { [name] = value }));

        Assert.Contains(name[..name.LastIndexOf(':')], refused?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_is_limited_whatever_clients_it_comes_from()
    {
        var clock = new ShiftedClock();
        await using var host = await BoundedFunctions.StartAsync(ThreeAMinute, clock);
        var limits = host.Services.GetRequiredService<Limits>();
        var (ana, rui) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(limits.Take("read", ana)));

        var refusal = limits.Take("read", ana);

        Assert.Equal(("rate_limited", RefusalKind.TooMany), (refusal?.Code, refusal?.Kind));
        Assert.InRange(refusal!.RetryAfter!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Null(limits.Take("read", rui));
        await ExpectAsync(host, HttpStatusCode.OK);
    }

    private static async Task ExpectAsync(TestHost host, HttpStatusCode status, string? forwardedFor = null, int times = 1)
    {
        for (var time = 0; time < times; time++)
        {
            using var answer = await GetAsync(host, forwardedFor);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(TestHost host, string? forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/notes");
        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        }

        return await host.Client.SendAsync(request);
    }
}
