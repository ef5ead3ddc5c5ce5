using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

public sealed class BoundsTests
{
    public sealed class Calls
    {
        public int Count { get; set; }
    }

    public sealed class Bodies(Calls calls)
    {
        [Function("length")]
        public async Task<IActionResult> Length([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request, CancellationToken cancellationToken)
        {
            calls.Count++;
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancellationToken);
            return new ContentResult { Content = FormattableString.Invariant($"{body.Length}") };
        }

        [Function("slow")]
        public static async Task<IActionResult> Slow([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request, CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromMinutes(1), cancellationToken);
            return new OkResult();
        }
    }

    private static Task<TestHost> StartAsync(Dictionary<string, string?>? settings = null) =>
        TestHost.StartAsync([typeof(Bodies)], settings, builder => builder.Services.AddSingleton<Calls>());

    private static async Task<HttpResponseMessage> PostAsync(TestHost host, int length, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/length") { Content = new ByteArrayContent(new byte[length]) };
        request.Headers.TransferEncodingChunked = chunked;
        // The server answers before the body is through; only a client that asks first is sure to read the answer.
        request.Headers.ExpectContinue = true;
        return await host.Client.SendAsync(request);
    }

    [Theory]
    [InlineData(1024 * 1024, false)]
    [InlineData(1000 * 1000, true)]
    public async Task A_body_within_one_mebibyte_is_taken(int length, bool chunked)
    {
        await using var host = await StartAsync();
        using var response = await PostAsync(host, length, chunked);

        Assert.Equal(FormattableString.Invariant($"{length}"), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_longer_body_is_413_before_the_function_starts()
    {
        await using var host = await StartAsync();
        using var response = await PostAsync(host, (1024 * 1024) + 1, chunked: false);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("body_too_large", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, host.Services.GetRequiredService<Calls>().Count);
    }

    [Fact]
    public async Task A_client_that_sends_all_before_it_listens_reads_its_413()
    {
        await using var host = await StartAsync();
        for (var times = 0; times < 20; times++)
        {
            using var client = new System.Net.Sockets.TcpClient();
            await client.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port);
            var stream = client.GetStream();
            var head = $"POST /api/length HTTP/1.1\r\nHost: localhost\r\nContent-Length: {3 * 1024 * 1024}\r\n\r\n";
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(head));
            var piece = new byte[64 * 1024];
            for (var sent = 0; sent < 3 * 1024 * 1024; sent += piece.Length)
                await stream.WriteAsync(piece);

            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync();

            Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
            Assert.Contains("body_too_large", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_longer_body_of_unannounced_length_is_413_when_it_is_read()
    {
        await using var host = await StartAsync();
        using var response = await PostAsync(host, (1024 * 1024) + 1, chunked: true);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task The_longest_body_is_a_setting()
    {
        await using var host = await StartAsync(new() { ["Reserve:Http:MaxRequestBodyBytes"] = "10" });
        using var taken = await PostAsync(host, 10, chunked: false);
        using var refused = await PostAsync(host, 11, chunked: false);

        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    [Fact]
    public async Task Headers_beyond_their_bound_are_431()
    {
        await using var host = await StartAsync(new() { ["Reserve:Http:MaxRequestHeaderBytes"] = "2048" });
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/length") { Content = new ByteArrayContent([]) };
        request.Headers.Add("X-Long", new string('x', 4096));
        using var response = await host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_function_that_takes_too_long_is_cancelled_and_answered_504()
    {
        await using var host = await StartAsync(new() { ["Reserve:Http:RequestTimeout"] = "00:00:00.2" });
        using var response = await host.Client.GetAsync("api/slow");

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Contains("\"timeout\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
