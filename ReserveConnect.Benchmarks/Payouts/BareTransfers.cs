using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Benchmarks.Payouts;

/// <summary>As many transfers as the run has sent, half at each stand-in, by nothing but their HTTP calls: what the sending costs at least.</summary>
internal sealed class BareTransfers : IDisposable
{
    private const string Cpf = "52998224725";
    private const int Cents = 100;
    private readonly HttpClient _http;
    private readonly Stack _stack;
    private readonly int _atOnce;

    public BareTransfers(Stack stack, BenchOptions options)
    {
        _stack = stack;
        _atOnce = options.TransfersAtOnce;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = options.RequestPatience };
    }

    /// <summary>Sends R$ 1 so often.</summary>
    /// <param name="count">How often.</param>
    /// <param name="accounts">The accounts at Stripe, in turn.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>How long all took.</returns>
    public async Task<TimeSpan> SendAsync(int count, IReadOnlyList<string> accounts, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = _atOnce, CancellationToken = cancellation },
            async (number, ct) =>
            {
                using var request = number % 2 == 0 ? ByStripe(accounts[number / 2 % accounts.Count]) : ByPix();
                using var answer = await _http.SendAsync(request, ct);
                if (!answer.IsSuccessStatusCode)
                    throw new LauncherException($"{request.RequestUri} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
            });
        return Stopwatch.GetElapsedTime(begun);
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage ByStripe(string account) => new(HttpMethod.Post, new Uri(_stack.Stripe, "v1/transfers"))
    {
        Headers = { { "Authorization", $"Bearer {_stack.Secrets.StripeSecretKey}" }, { "Idempotency-Key", Guid.CreateVersion7().ToString() } },
        Content = new FormUrlEncodedContent(
        [
            KeyValuePair.Create("amount", Cents.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("currency", "brl"),
            KeyValuePair.Create("destination", account),
        ]),
    };

    private HttpRequestMessage ByPix() => new(HttpMethod.Post, new Uri(_stack.MercadoPago, "v1/transaction-intents/process"))
    {
        Headers = { { "Authorization", $"Bearer {_stack.Secrets.MercadoPagoAccessToken}" }, { "X-Idempotency-Key", Guid.CreateVersion7().ToString() } },
        Content = JsonContent.Create(new
        {
            external_reference = $"bench{Guid.CreateVersion7():N}",
            point_of_interaction = new { type = "PSP_TRANSFER" },
            transaction = new
            {
                from = new { accounts = new[] { new { amount = 1m } } },
                to = new
                {
                    accounts = new[]
                    {
                        new
                        {
                            type = "current",
                            amount = 1m,
                            chave = new { type = "PIX_CODE", value = Guid.CreateVersion7().ToString() },
                            owner = new { identification = new { type = "CPF", number = Cpf } },
                        },
                    },
                },
                total_amount = 1m,
            },
        }),
    };
}
