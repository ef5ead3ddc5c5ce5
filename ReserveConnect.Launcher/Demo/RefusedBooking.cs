using System.Net.Http.Json;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Demo;

/// <summary>A stay that is paid and that the Host then does not have: the money goes back.</summary>
internal sealed class RefusedBooking(Stack stack, DemoApi api, GuestBrowser browser, Narrator narrator)
{
    /// <summary>How long an agent has to decide in the demo, instead of 30 minutes.</summary>
    public static readonly TimeSpan DecisionTime = TimeSpan.FromSeconds(5);

    /// <summary>Fails to book it, and sees the refund through.</summary>
    public async Task RunAsync(DateOnly from, CancellationToken cancellation)
    {
        narrator.Chapter("A stay that the Host refuses");
        var intent = await new Stay(api, narrator).HoldAsync(from, 2, "Carla", "Dias", cancellation);
        await RefuseNextAsync(cancellation);
        narrator.Step("the sandbox's Host is told to refuse the next booking");
        var payment = await api.PostAsync<PaymentAnswer>($"booking-intents/{intent.BookingIntentId}/payments/card", new { }, cancellation);
        await browser.PayByCardAsync(payment, cancellation);
        narrator.Step($"{Narrator.Money(payment.Amount)} paid by card, payment {payment.ProviderPaymentId}");
        await Waiting.UntilAsync(api, intent.BookingIntentId, "host_commit_failed", cancellation);
        narrator.Step($"the Host says no: host_commit_failed, an exception waits for an agent ({DecisionTime.TotalSeconds:0} s here, 30 minutes in production)");
        var closed = await Waiting.UntilAsync(api, intent.BookingIntentId, "cancelled", cancellation);
        narrator.Step($"nobody decided: refunded in full, the nights are free again, intent {closed.Status} ({closed.ClosedReason})");
        await Books.TellAsync(stack.ConnectionString, intent.BookingIntentId, narrator, cancellation);
    }

    private async Task RefuseNextAsync(CancellationToken cancellation)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync(new Uri(stack.HostConnect, "control/bookings/refuse"), new { count = 1 }, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
