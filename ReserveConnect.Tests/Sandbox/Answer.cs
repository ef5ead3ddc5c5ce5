using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ReserveConnect.Tests.Sandbox;

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(int Status, string Text, HttpResponseMessage Message)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json { get; } = Parse(Text);

    public string String(string name) => Json.GetProperty(name).GetString()!;

    private static JsonElement Parse(string text)
    {
        if (text.Length == 0)
            return default;
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}

/// <summary>Calls in few words.</summary>
internal static class Calls
{
    public static Task<Answer> CallAsync(this HttpClient client, HttpMethod method, string path, HttpContent? body = null, string? key = null, string keyHeader = "Idempotency-Key")
    {
        var request = new HttpRequestMessage(method, path) { Content = body };
        if (key is not null)
            request.Headers.Add(keyHeader, key);
        return ReadAsync(client.SendAsync(request));
    }

    public static Task<Answer> ReadAsync(this HttpClient client, string path) => client.CallAsync(HttpMethod.Get, path);

    /// <summary>A POST of form parameters, as Stripe takes them.</summary>
    public static Task<Answer> FormAsync(this HttpClient client, string path, string form, string? key = null) =>
        client.CallAsync(HttpMethod.Post, path, new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"), key);

    /// <summary>A POST of JSON, as the others take it.</summary>
    public static Task<Answer> JsonAsync(this HttpClient client, string path, object body, string? key = null, string keyHeader = "Idempotency-Key") =>
        client.CallAsync(HttpMethod.Post, path, JsonContent.Create(body), key, keyHeader);

    /// <summary>An order to the control API that must be taken.</summary>
    public static async Task<Answer> ControlAsync(this HttpClient client, HttpMethod method, string path, object? body = null)
    {
        var answer = await client.CallAsync(method, "/control/" + path, body is null ? null : JsonContent.Create(body));
        return answer.Status < 300 ? answer : throw new InvalidOperationException($"{path}: {answer.Status} {answer.Text}");
    }

    public static Task<Answer> ControlAsync(this HttpClient client, string path, object? body = null) => client.ControlAsync(HttpMethod.Post, path, body);

    private static async Task<Answer> ReadAsync(Task<HttpResponseMessage> sending)
    {
        var message = await sending;
        return new Answer((int)message.StatusCode, await message.Content.ReadAsStringAsync(), message);
    }
}
