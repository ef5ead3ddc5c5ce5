using System.Net.Http.Json;
using System.Text.Json;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Benchmarks.Payouts;

/// <summary>Our money at the stand-ins of Stripe and Mercado Pago, and who can receive it; over their control API.</summary>
internal sealed class ProviderMoney : IDisposable
{
    private const int CallsAtOnce = 8;
    private const decimal CentsOfAReal = 100m;
    private readonly HttpClient _http;
    private readonly Uri _stripe;
    private readonly Uri _pix;

    public ProviderMoney(Stack stack, BenchOptions options)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = options.RequestPatience };
        _stripe = new Uri(stack.Stripe, "control/");
        _pix = new Uri(stack.MercadoPago, "control/");
    }

    /// <summary>Connects accounts that may receive.</summary>
    public Task ConnectAsync(IEnumerable<string> accounts, CancellationToken cancellation) => Parallel.ForEachAsync(
        accounts, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellation },
        async (id, ct) => await TellAsync(new Uri(_stripe, "accounts"), new { id, transfers = "active" }, ct));

    /// <summary>Puts money in, BRL, at each of them.</summary>
    public async Task FundAsync(decimal amount, CancellationToken cancellation)
    {
        await TellAsync(new Uri(_stripe, "balance"), new { amount = (long)(amount * CentsOfAReal) }, cancellation);
        await TellAsync(new Uri(_pix, "balance"), new { amount }, cancellation);
    }

    /// <summary>What can be sent, BRL, from both.</summary>
    public async Task<(decimal Stripe, decimal Pix)> BalancesAsync(CancellationToken cancellation) =>
        (await AvailableAsync(_stripe, cancellation) / CentsOfAReal, await AvailableAsync(_pix, cancellation));

    public void Dispose() => _http.Dispose();

    private async Task<decimal> AvailableAsync(Uri control, CancellationToken cancellation)
    {
        using var json = JsonDocument.Parse(await _http.GetStringAsync(new Uri(control, "balance"), cancellation));
        return json.RootElement.GetProperty("available").GetDecimal();
    }

    private async Task TellAsync(Uri address, object body, CancellationToken cancellation)
    {
        using var answer = await _http.PostAsJsonAsync(address, body, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new LauncherException($"POST {address} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }
}
