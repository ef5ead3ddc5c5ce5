using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Tests.Sandbox;

/// <summary>A webhook as it came.</summary>
internal sealed record Caught(string Path, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonElement Json { get; } = Parse(Body);

    public string Text => Encoding.UTF8.GetString(Body);

    public string Type => (Json.TryGetProperty("action", out var action) ? action : Json.GetProperty("type")).GetString()!;

    public string Id => Json.GetProperty("id").ToString();

    private static JsonElement Parse(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }
}

/// <summary>The receiving end of webhooks: keeps what comes, and answers as it is told.</summary>
internal sealed class WebhookCatcher : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<int> _statuses = new();

    private WebhookCatcher(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public ConcurrentQueue<Caught> All { get; } = new();

    public static async Task<WebhookCatcher> StartAsync(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var catcher = new WebhookCatcher(app);
        app.Run(catcher.CatchAsync);
        await app.StartAsync();
        return catcher;
    }

    /// <summary>Answers the next webhooks with these statuses, all further ones with 200.</summary>
    public void Answer(params int[] statuses)
    {
        foreach (var status in statuses)
            _statuses.Enqueue(status);
    }

    /// <summary>Waits until so many have come, at most ten seconds.</summary>
    public Task<Caught[]> WaitAsync(int count) => WaitAsync(all => all.Length >= count);

    /// <summary>Waits until what has come is enough, at most ten seconds.</summary>
    public async Task<Caught[]> WaitAsync(Func<Caught[], bool> enough)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!enough([.. All]))
        {
            if (end.IsCancellationRequested)
                throw new TimeoutException($"webhooks so far: {string.Join(", ", All.Select(c => c.Type))}");
            await Task.Delay(10);
        }

        return [.. All];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task CatchAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        All.Enqueue(new Caught(context.Request.Path, context.Request.QueryString.Value ?? "", headers, body.ToArray()));
        context.Response.StatusCode = _statuses.TryDequeue(out var status) ? status : 200;
    }
}
