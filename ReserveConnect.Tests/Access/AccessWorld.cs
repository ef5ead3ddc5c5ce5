using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Access;

/// <summary>A marketplace with <see cref="Everybody"/> in it.</summary>
public sealed class AccessWorld : Marketplace, IAsyncLifetime
{
    internal Everybody All { get; private set; } = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        All = await Everybody.ArriveAsync(this);
    }

    /// <summary>Sends a request as somebody.</summary>
    /// <param name="address">Behind <c>/api/</c>.</param>
    internal Task<Reply> AskAsync(Who who, string method, string address, string? body = null) =>
        AskAsync(request => All.Prove(request, who), method, address, body);

    /// <summary>Sends a request with a token.</summary>
    internal Task<Reply> AskAsync(string token, string method, string address, string? body = null) =>
        AskAsync(request => request.Headers.Authorization = new("Bearer", token), method, address, body);

    private async Task<Reply> AskAsync(Action<HttpRequestMessage> prove, string method, string address, string? body)
    {
        using var request = new HttpRequestMessage(new(method), $"/api/{address}")
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        prove(request);
        using var response = await Api.SendAsync(request);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

/// <summary>What somebody was answered.</summary>
internal sealed partial record Reply(HttpStatusCode Status, string Text)
{
    public JsonNode Body => JsonNode.Parse(Text)!;

    /// <summary>The code of a refusal; null where nothing was refused.</summary>
    public string? Code => (int)Status < 400 ? null : Body["code"]!.GetValue<string>();

    /// <summary>The text but for what is another's in every answer.</summary>
    public string WithoutTrace => Trace().Replace(Text, "\"trace_id\":\"\"");

    public override string ToString() => $"{(int)Status} {Text}";

    [GeneratedRegex("\"trace_id\":\"[^\"]*\"")]
    private static partial Regex Trace();
}
