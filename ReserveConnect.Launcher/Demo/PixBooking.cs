using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Demo;

/// <summary>A stay paid by PIX.</summary>
internal sealed class PixBooking(Stack stack, DemoApi api, GuestBrowser browser, Narrator narrator)
{
    /// <summary>Books it.</summary>
    public async Task RunAsync(DateOnly from, CancellationToken cancellation)
    {
        narrator.Chapter("A stay paid by PIX");
        var intent = await new Stay(api, narrator).HoldAsync(from, 2, "Bruno", "Lima", cancellation);
        var payment = await api.PostAsync<PaymentAnswer>($"booking-intents/{intent.BookingIntentId}/payments/pix", new { }, cancellation);
        narrator.Step($"POST .../payments/pix: {Narrator.Money(payment.Amount)}, to be paid until {payment.ExpiresAt:HH:mm:ss} UTC; the hold lasts as long");
        narrator.Detail($"copy and paste: {payment.CopyPasteCode}");
        await browser.PayByPixAsync(payment, cancellation);
        narrator.Step("the guest pays the code in the bank's application; Mercado Pago's webhook wakes the saga");
        var confirmed = await Waiting.UntilAsync(api, intent.BookingIntentId, "confirmed", cancellation);
        narrator.Step("the Host has committed the booking, the hold is a reservation");
        await Confirmation.TellAsync(stack, api, narrator, confirmed, cancellation);
    }
}
