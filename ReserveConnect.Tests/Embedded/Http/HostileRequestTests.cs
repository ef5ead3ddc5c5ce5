using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Functions.Http;
using ReserveConnect.Tests.Http;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

/// <summary>Requests that are made to cost: each is refused early, with a code.</summary>
public sealed class HostileRequestTests
{
    private static readonly Dictionary<string, string?> Hurried = new() { ["Reserve:Limits:RequestTimeout"] = "00:00:00.5" };

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    public async Task Deeply_nested_json_is_refused(int depth)
    {
        await using var host = await BoundedFunctions.StartAsync();

        await RefusedAsync(host, Json($"{{\"text\":{new string('[', depth)}"), 400, "malformed_json");
        await RefusedAsync(host, Json($"{{\"text\":{string.Concat(Enumerable.Repeat("{\"a\":", depth / 5))}"), 400, "malformed_json");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("identity, gzip")]
    public async Task A_packed_body_is_refused_and_never_unpacked(string coding)
    {
        await using var host = await BoundedFunctions.StartAsync();
        var content = new ByteArrayContent(Bomb()) { Headers = { ContentType = new("application/json") } };
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);

        using var answer = await RefusedAsync(host, content, 415, "unsupported_content_encoding");

        Assert.Equal("identity", Assert.Single(answer.Headers.GetValues("Accept-Encoding")));
    }

    [Fact]
    public async Task A_bomb_that_does_not_say_what_it_is_is_no_json()
    {
        await using var host = await BoundedFunctions.StartAsync();

        await RefusedAsync(host, new ByteArrayContent(Bomb()) { Headers = { ContentType = new("application/json") } }, 400, "malformed_json");
    }

    [Fact]
    public async Task A_body_sent_as_it_is_may_say_so()
    {
        await using var host = await BoundedFunctions.StartAsync();
        var content = Json("""{"text":"a"}""");
        content.Headers.ContentEncoding.Add("identity");
        using var answer = await host.Client.PostAsync("api/notes", content);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("?text=", 5_000, "query_too_long")]
    [InlineData("?a", 60, "too_many_parameters")]
    public async Task A_query_has_bounds(string start, int times, string code)
    {
        await using var host = await BoundedFunctions.StartAsync();
        var query = code == "query_too_long" ? start + new string('x', times) : start + string.Concat(Enumerable.Repeat("&a", times));
        using var answer = await host.Client.GetAsync($"api/notes{query}");

        await ExpectAsync(answer, 400, code);
    }

    [Fact]
    public async Task A_header_has_bounds()
    {
        await using var host = await BoundedFunctions.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/notes");
        request.Headers.Add("X-Long", new string('x', 9_000));
        using var answer = await host.Client.SendAsync(request);

        await ExpectAsync(answer, 400, "header_too_long");
    }

    [Fact]
    public async Task A_function_that_is_not_done_in_time_is_cancelled_and_answered_503()
    {
        await using var host = await BoundedFunctions.StartAsync(Hurried);
        using var answer = await host.Client.GetAsync("api/dawdle");

        await ExpectAsync(answer, 503, "timeout");
        Assert.Equal("5", Assert.Single(answer.Headers.GetValues("Retry-After")));
    }

    [Theory]
    [InlineData("Reserve:Limits:RequestTimeout", "00:00:00.5")]
    [InlineData("Reserve:Http:MinRequestBodyBytesPerSecond", "1000000")]
    public async Task A_body_that_does_not_come_is_answered_408(string bound, string value)
    {
        await using var host = await BoundedFunctions.StartAsync(new() { [bound] = value, ["Reserve:Http:DataRateGrace"] = "00:00:01.1" });
        using var slow = await RawRequest.SendAsync(host.Client.BaseAddress!, Head(1_000), "{"u8.ToArray());

        Assert.Equal(408, await slow.StatusAsync());
        Assert.DoesNotContain(host.Log.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task Headers_that_do_not_come_are_answered_408()
    {
        await using var host = await BoundedFunctions.StartAsync(new() { ["Reserve:Http:RequestHeadersTimeout"] = "00:00:00.5" });
        using var slow = await RawRequest.SendAsync(host.Client.BaseAddress!, "GET /api/notes HTTP/1.1\nHost: localhost\nX-");

        Assert.Equal(408, await slow.StatusAsync());
    }

    [Fact]
    public async Task A_connection_beyond_the_most_is_closed()
    {
        await using var host = await BoundedFunctions.StartAsync(new() { ["Reserve:Http:MaxConnections"] = "2" });
        using var first = await RawRequest.SendAsync(host.Client.BaseAddress!, "GET ");
        using var second = await RawRequest.SendAsync(host.Client.BaseAddress!, "GET ");
        // Those two are counted once they are accepted, in order.
        using var third = await RawRequest.SendAsync(host.Client.BaseAddress!, "GET /api/notes HTTP/1.1\nHost: localhost\n\n");

        Assert.Null(await third.StatusAsync());
    }

    [Fact]
    public async Task Bodies_of_one_client_take_no_more_memory_than_they_may_and_give_it_back()
    {
        await using var host = await BoundedFunctions.StartAsync(new(Hurried) { ["Reserve:Limits:BodyMemoryBytes"] = $"{4 * RequestBody.MostBytes}" });
        var memory = host.Services.GetRequiredService<BodyMemory>();
        var most = 0L;
        var half = Spaces(RequestBody.MostBytes / 2);
        var requests = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RawRequest.SendAsync(host.Client.BaseAddress!, Head(RequestBody.MostBytes), half)));
        var statuses = Task.WhenAll(requests.Select(request => request.StatusAsync()));
        while (!statuses.IsCompleted)
        {
            most = Math.Max(most, memory.Taken);
            await Task.Delay(1);
        }

        Assert.All(await statuses, status => Assert.True(status is 503 or 408, $"{status}"));
        Assert.Contains(503, await statuses);
        Assert.InRange(most, 1, RequestBody.MostBytes);
        Assert.DoesNotContain(host.Log.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
        await UntilAsync(() => memory.Taken == 0);
        using var after = await host.Client.PostAsync("api/notes", Json("""{"text":"a"}"""));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Array.ForEach(requests, request => request.Dispose());
    }

    [Fact]
    public async Task A_body_takes_memory_for_what_has_come_however_much_was_announced()
    {
        await using var host = await BoundedFunctions.StartAsync();
        var memory = host.Services.GetRequiredService<BodyMemory>();
        using var request = await RawRequest.SendAsync(host.Client.BaseAddress!, Head(RequestBody.MostBytes), Spaces(100 * 1024));

        await UntilAsync(() => memory.Taken >= 100 * 1024);

        Assert.InRange(memory.Taken, 100 * 1024, 200 * 1024);
    }

    [Fact]
    public async Task Stalled_bodies_of_one_client_leave_room_for_others_and_for_webhooks()
    {
        await using var host = await BoundedFunctions.StartAsync(BehindAProxy);
        // Each by itself an IPv6 client, and all of one site: two of them have all that a client may.
        var stalled = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => StallAsync(host, $"2001:db8:1:{i}::1", 400 * 1024)));
        await foreach (var refused in Task.WhenEach(stalled.Select(request => request.StatusAsync())).Take(10))
        {
            // An answer that the server sends while a body is still coming may be lost with the connection.
            Assert.True(await refused is 503 or null, $"{await refused}");
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(host, "api/notes", "2001:db8:1:ffff::1", 900 * 1024));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(host, "api/notes", "2001:db8:2::1", 900 * 1024));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(host, "api/hooks", "203.0.113.1", 900 * 1024));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(host, "api/hooks", "2001:db8:1:1::1", 900 * 1024));
        Array.ForEach(stalled, request => request.Dispose());
    }

    [Fact]
    public async Task Stalled_bodies_of_many_clients_leave_room_for_webhooks()
    {
        await using var host = await BoundedFunctions.StartAsync(BehindAProxy);
        var memory = host.Services.GetRequiredService<BodyMemory>();
        var stalled = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => StallAsync(host, $"203.0.113.{i}", 900 * 1024)));
        await UntilAsync(() => memory.Taken >= 6 * 900 * 1024);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(host, "api/notes", "203.0.113.9", 20));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(host, "api/hooks", "203.0.113.1", 900 * 1024));
        Array.ForEach(stalled, request => request.Dispose());
    }

    [Fact]
    public async Task Stalled_webhooks_leave_room_for_others()
    {
        await using var host = await BoundedFunctions.StartAsync(BehindAProxy);
        var memory = host.Services.GetRequiredService<BodyMemory>();
        var stalled = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => StallAsync(host, $"203.0.113.{i}", 900 * 1024, "api/hooks")));
        await UntilAsync(() => memory.Taken >= 2 * 900 * 1024);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(host, "api/hooks", "203.0.113.9", 20));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(host, "api/notes", "203.0.113.9", 900 * 1024));
        Array.ForEach(stalled, request => request.Dispose());
    }

    /// <summary>Eight bodies of the greatest length: two for the class system, six for all others.</summary>
    private static Dictionary<string, string?> BehindAProxy => new()
    {
        ["Reserve:Http:TrustedProxies"] = "127.0.0.0/8,::1/128",
        ["Reserve:Limits:BodyMemoryBytes"] = $"{8 * RequestBody.MostBytes}",
    };

    private static Task<RawRequest> StallAsync(TestHost host, string client, int sent, string path = "api/notes") =>
        RawRequest.SendAsync(host.Client.BaseAddress!, Head(RequestBody.MostBytes, path, client), Spaces(sent));

    private static async Task<HttpStatusCode> PostAsync(TestHost host, string path, string client, int length)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json($$"""{"text":"{{new string('a', length - 11)}}"}""") };
        request.Headers.Add("X-Forwarded-For", client);
        using var answer = await host.Client.SendAsync(request);
        return answer.StatusCode;
    }

    private static byte[] Spaces(int count)
    {
        var spaces = new byte[count];
        spaces.AsSpan().Fill((byte)' ');
        return spaces;
    }

    private static string Head(int length, string path = "api/notes", string client = "127.0.0.1") =>
        $"POST /{path} HTTP/1.1\nHost: localhost\nX-Forwarded-For: {client}\nContent-Type: application/json\nContent-Length: {length}\n\n";

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    /// <summary>Under a mebibyte, and 500 MB unpacked.</summary>
    private static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            var zeros = new byte[1_000_000];
            for (var megabyte = 0; megabyte < 500 && packed.Length < 900_000; megabyte++)
            {
                gzip.Write(zeros);
            }
        }

        return packed.ToArray();
    }

    private static async Task<HttpResponseMessage> RefusedAsync(TestHost host, HttpContent content, int status, string code)
    {
        var answer = await host.Client.PostAsync("api/notes", content);
        await ExpectAsync(answer, status, code);
        return answer;
    }

    private static async Task ExpectAsync(HttpResponseMessage answer, int status, string code)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonNode>())!["code"]!.GetValue<string>());
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var limit = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(30));
            await Task.Delay(5);
        }
    }
}
