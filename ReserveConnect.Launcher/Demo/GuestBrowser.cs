using System.Net.Http.Headers;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Demo;

/// <summary>What happens at the guest's side, between the guest and the payment provider: this system never sees the card.</summary>
internal sealed class GuestBrowser(Stack stack) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Confirms a card payment at Stripe with the client secret, as Stripe's script in a browser does.</summary>
    public async Task PayByCardAsync(PaymentAnswer payment, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.Stripe, $"v1/payment_intents/{payment.ProviderPaymentId}/confirm"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["client_secret"] = payment.ClientSecret ?? throw new LauncherException("the card payment has no client secret"),
                ["payment_method"] = "pm_card_visa",
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stack.Secrets.StripePublishableKey);
        await SendAsync(request, cancellation);
    }

    /// <summary>Pays a PIX code in the guest's banking application.</summary>
    public async Task PayByPixAsync(PaymentAnswer payment, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.MercadoPago, $"control/pix/{payment.ProviderPaymentId}/pay"));
        await SendAsync(request, cancellation);
    }

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var answer = await _http.SendAsync(request, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new LauncherException($"{request.Method} {request.RequestUri} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }
}
