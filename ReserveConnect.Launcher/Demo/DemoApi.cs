using System.Net.Http.Json;
using System.Text.Json;

namespace ReserveConnect.Launcher.Demo;

/// <summary>JSON over HTTP as a guest's client speaks it to the public API.</summary>
internal sealed class DemoApi(Uri functions) : IDisposable
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly HttpClient _http = new() { BaseAddress = new Uri(functions, "api/"), Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Reads <paramref name="path"/>.</summary>
    /// <exception cref="LauncherException">The answer is no success: with the problem's body.</exception>
    public Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        SendAsync<T>(new HttpRequestMessage(HttpMethod.Get, path), cancellation);

    /// <summary>Posts <paramref name="body"/> under an idempotency key of its own.</summary>
    /// <exception cref="LauncherException">The answer is no success: with the problem's body.</exception>
    public Task<T> PostAsync<T>(string path, object body, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: SnakeCase) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        return SendAsync<T>(request, cancellation);
    }

    /// <summary>From here on the client shows the token of the booking that it has made.</summary>
    public void Show(IntentAnswer made) => _http.DefaultRequestHeaders.Authorization = new("Bearer", made.AccessToken);

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        using (var answer = await _http.SendAsync(request, cancellation))
        {
            if (!answer.IsSuccessStatusCode)
                throw new LauncherException($"{request.Method} {request.RequestUri} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
            return await answer.Content.ReadFromJsonAsync<T>(SnakeCase, cancellation)
                ?? throw new LauncherException($"{request.Method} {request.RequestUri} answered with nothing");
        }
    }
}
