using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Benchmarks.Bookings;

/// <summary>The public API as a guest's browser uses it, and Stripe, where the card goes.</summary>
internal sealed class GuestApi : IDisposable
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly HttpClient _http;
    private readonly Uri _functions;
    private readonly Uri _stripe;
    private readonly string _publishableKey;

    /// <summary>One pool of connections for all guests.</summary>
    public GuestApi(Stack stack, BenchOptions options)
    {
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 2 * options.Guests, UseCookies = false, UseProxy = false })
        {
            Timeout = options.RequestPatience,
        };
        _functions = new Uri(stack.Functions, "api/");
        _stripe = stack.Stripe;
        _publishableKey = stack.Secrets.StripePublishableKey;
    }

    /// <summary>Asks for a page of the API and reads it to its end.</summary>
    /// <exception cref="LauncherException">The answer is no success.</exception>
    public async Task DrainAsync(string path, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(new Uri(_functions, path), HttpCompletionOption.ResponseHeadersRead, cancellation);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        await body.CopyToAsync(Stream.Null, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new LauncherException($"GET {path} answered {(int)answer.StatusCode}");
    }

    /// <summary>Asks for a page of the API.</summary>
    /// <exception cref="LauncherException">The answer is no success.</exception>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(new Uri(_functions, path), cancellation);
        return await ReadAsync<T>(answer, cancellation);
    }

    /// <summary>Asks for what is a guest's own.</summary>
    /// <exception cref="LauncherException">The answer is no success.</exception>
    public async Task<T> GetAsync<T>(string path, string token, CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, token, cancellation);
        return await ReadAsync<T>(answer, cancellation);
    }

    /// <summary>Asks for a hold, and returns the answer as it is; the caller disposes it.</summary>
    public async Task<HttpResponseMessage> AskForHoldAsync(FreeStay stay, int guest, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_functions, "booking-intents"))
        {
            Content = JsonContent.Create(
                new
                {
                    stay.UnitId,
                    stay.CheckIn,
                    stay.CheckOut,
                    Adults = 1,
                    Guest = new { Email = $"guest{guest}@example.com", FirstName = "Ana", LastName = "Souza" },
                },
                options: SnakeCase),
        };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        return await _http.SendAsync(request, cancellation);
    }

    /// <summary>Opens a card payment.</summary>
    public async Task<Launcher.Demo.PaymentAnswer> OpenCardPaymentAsync(Guid intentId, string token, CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"booking-intents/{intentId}/payments/card", token, cancellation);
        return await ReadAsync<Launcher.Demo.PaymentAnswer>(answer, cancellation);
    }

    /// <summary>Confirms a card payment at Stripe as its script in the browser does.</summary>
    public async Task ConfirmAtStripeAsync(Launcher.Demo.PaymentAnswer payment, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_stripe, $"v1/payment_intents/{payment.ProviderPaymentId}/confirm"))
        {
            Content = new FormUrlEncodedContent(
                [KeyValuePair.Create("client_secret", payment.ClientSecret!), KeyValuePair.Create("payment_method", "pm_card_visa")]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _publishableKey);
        using var answer = await _http.SendAsync(request, cancellation);
        await RequireAsync(answer, cancellation);
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="LauncherException">It is no success.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellation)
    {
        await RequireAsync(answer, cancellation);
        return (await answer.Content.ReadFromJsonAsync<T>(SnakeCase, cancellation))!;
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(_functions, path)) { Headers = { Authorization = new("Bearer", token) } };
        return await _http.SendAsync(request, cancellation);
    }

    private static async Task RequireAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw new LauncherException(
                $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
        }
    }
}
