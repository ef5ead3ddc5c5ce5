using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using ReserveConnect.Functions.Http;
using ReserveConnect.Tests.Http;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Embedded.Http;

/// <summary>
/// Two hundred bad requests at once, wave after wave, against a process of its own whose heap ends far below what their bodies
/// would take: it goes on answering, and its memory stays where it is.
/// </summary>
public sealed class FlatMemoryTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int AtOnce = 200;
    private const int Waves = 3;
    private const long BodiesOfAWave = AtOnce * (long)RequestBody.MostBytes;

    /// <summary>Of 200 bodies of a mebibyte it could not keep two thirds.</summary>
    private const long Heap = 128 * 1024 * 1024;

    private Process? _host;
    private Uri? _address;

    public static TheoryData<string, string, int[]> Attacks => new()
    {
        { "announced, and one byte sent", "announced", [408] },
        { "half of it sent, then nothing", "half", [408, 503] },
        { "a mebibyte of brackets", "deep", [400, 503] },
        { "a mebibyte that says it is packed", "packed", [415] },
    };

    public async Task InitializeAsync()
    {
        _host = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(FlatMemoryTests).Assembly.Location, BoundedScenario.Name,
                "Reserve:Limits:RequestTimeout=00:00:01", $"Reserve:Limits:BodyMemoryBytes={16 * 1024 * 1024}",
                "Reserve:Limits:General:PerMinute=1000000", "Reserve:Limits:General:Burst=1000000",
            },
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_GCHeapHardLimit"] = Heap.ToString("x", CultureInfo.InvariantCulture) },
        })!;
        _address = new Uri((await _host.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)))!);
    }

    public async Task DisposeAsync()
    {
        _host!.Kill();
        await _host.WaitForExitAsync();
        _host.Dispose();
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Memory_stays_flat(string what, string attack, int[] answers)
    {
        // What the first requests of any kind cost: code, pools, threads.
        await WaveAsync("announced", 20);
        var before = Resident();
        for (var wave = 0; wave < Waves; wave++)
        {
            var statuses = await WaveAsync(attack, AtOnce);
            // An answer that the server sends while a body is still coming may be lost with the connection.
            Assert.All(statuses, status => Assert.True(status is null || answers.Contains(status.Value), $"{what}: {status}"));
            Assert.Contains(statuses, status => status is not null);
        }

        using var http = new HttpClient { BaseAddress = _address };
        using var answer = await http.GetAsync("api/notes");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var peak = Peak();
        output.WriteLine($"{what}: {before / 1048576} MiB before, {peak / 1048576} MiB at most");
        Assert.True(peak - before < BodiesOfAWave, $"{what}: from {before} to {peak} bytes");
    }

    private async Task<IReadOnlyList<int?>> WaveAsync(string attack, int requests)
    {
        var head = new StringBuilder("POST /api/notes HTTP/1.1\nHost: localhost\nContent-Type: application/json\n")
            .Append(CultureInfo.InvariantCulture, $"Content-Length: {RequestBody.MostBytes}\n")
            .Append(attack == "packed" ? "Content-Encoding: gzip\n\n" : "\n").ToString();
        var body = new byte[attack switch { "announced" => 1, "half" => RequestBody.MostBytes / 2, _ => RequestBody.MostBytes }];
        body.AsSpan().Fill((byte)(attack == "deep" ? '[' : ' '));
        var sent = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => Task.Run(() => RawRequest.SendAsync(_address!, head, body))));
        var statuses = await Task.WhenAll(sent.Select(request => request.StatusAsync()));
        Array.ForEach(sent, request => request.Dispose());
        return statuses;
    }

    private long Resident() => Status("VmRSS");

    private long Peak() => Status("VmHWM");

    private long Status(string figure) =>
        long.Parse(
            File.ReadLines($"/proc/{_host!.Id}/status").Single(line => line.StartsWith($"{figure}:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024;
}
