using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ReserveConnect.Tests.Inventory;

/// <summary>
/// A Host over real HTTP whose lists a test writes by hand, wrong ones included; its stand-in in the sandbox only
/// says what is right.
/// </summary>
internal sealed class ScriptedHost : IAsyncDisposable
{
    private readonly WebApplication _server;

    private ScriptedHost(WebApplication server) => _server = server;

    public string Url => _server.Urls.First();

    public List<JsonObject> Properties { get; } = [];

    public List<JsonObject> RoomTypes { get; } = [];

    /// <summary>Room types with their nights, each night with its version.</summary>
    public List<(Guid RoomType, List<JsonObject> Nights)> Availability { get; } = [];

    /// <summary>What every list says it stands for.</summary>
    public long Version { get; set; } = 1;

    /// <summary>Asked before each call, with its number from 1; a status is answered instead of the list.</summary>
    public Func<int, int?> Fails { get; set; } = _ => null;

    /// <summary>Changes the text of an answer before it goes: what no record as an object can say.</summary>
    public Func<string, string> Spoil { get; set; } = text => text;

    /// <summary>The query strings as they came.</summary>
    public List<string> Calls { get; } = [];

    public static async Task<ScriptedHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<JsonOptions>(json => json.SerializerOptions.PropertyNamingPolicy = null);
        var server = builder.Build();
        var host = new ScriptedHost(server);
        server.MapGet("/v1/cities/{city}/properties", context => host.AnswerAsync(context, host.Changed(context, host.Properties)));
        server.MapGet("/v1/cities/{city}/room-types", context => host.AnswerAsync(context, host.Changed(context, host.RoomTypes)));
        server.MapGet("/v1/cities/{city}/availability", context => host.AnswerAsync(context, host.Nights(context)));
        await server.StartAsync();
        return host;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private List<JsonObject> Changed(HttpContext context, List<JsonObject> records)
    {
        var since = Since(context, "updated_since_version");
        var only = Only(context);
        return [.. records.Where(r => (since is null || VersionOf(r) > since) && (only is null || only == PropertyOf(r)))];
    }

    private List<JsonObject> Nights(HttpContext context)
    {
        var since = Since(context, "since_version");
        var only = Only(context);
        return [.. Availability
            .Where(a => only is null || RoomTypes.Any(r => (Guid)r["id"]! == a.RoomType && PropertyOf(r) == only))
            .Select(a => (a.RoomType, Nights: a.Nights.Where(n => since is null || VersionOf(n) > since).ToArray()))
            .Where(a => since is null || a.Nights.Length > 0)
            .Select(a => new JsonObject
            {
                ["room_type_id"] = a.RoomType,
                ["nights"] = new JsonArray([.. a.Nights.Select(n => n.DeepClone())]),
            })];
    }

    private async Task AnswerAsync(HttpContext context, List<JsonObject> records)
    {
        int call;
        lock (Calls)
        {
            Calls.Add($"{context.Request.Path}{context.Request.QueryString}");
            call = Calls.Count;
        }

        if (Fails(call) is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }

        var start = int.TryParse(context.Request.Query["cursor"], out var cursor) ? cursor : 0;
        var limit = int.Parse(context.Request.Query["limit"]!, System.Globalization.CultureInfo.InvariantCulture);
        var page = new JsonObject
        {
            ["items"] = new JsonArray([.. records.Skip(start).Take(limit).Select(r => r.DeepClone())]),
            ["next_cursor"] = start + limit < records.Count ? (start + limit).ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
            ["version"] = Version,
        };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Spoil(page.ToJsonString()));
    }

    private static long VersionOf(JsonObject record) =>
        Convert.ToInt64(record["version"]!.GetValue<object>(), System.Globalization.CultureInfo.InvariantCulture);

    private static Guid PropertyOf(JsonObject record) => (Guid)(record["property_id"] ?? record["id"])!;

    private static Guid? Only(HttpContext context) => Guid.TryParse(context.Request.Query["property_id"], out var only) ? only : null;

    private static long? Since(HttpContext context, string name) =>
        long.TryParse(context.Request.Query[name], out var since) ? since : null;
}
