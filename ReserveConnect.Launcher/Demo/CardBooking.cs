using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Demo;

/// <summary>A stay paid by card, from the search to the reservation and its ledger entries.</summary>
internal sealed class CardBooking(Stack stack, DemoApi api, GuestBrowser browser, Narrator narrator)
{
    /// <summary>Books it.</summary>
    public async Task<IntentAnswer> RunAsync(DateOnly from, CancellationToken cancellation)
    {
        narrator.Chapter("A stay paid by card");
        var intent = await new Stay(api, narrator).HoldAsync(from, 3, "Ana", "Souza", cancellation);
        var payment = await api.PostAsync<PaymentAnswer>($"booking-intents/{intent.BookingIntentId}/payments/card", new { }, cancellation);
        narrator.Step($"POST .../payments/card: payment {payment.ProviderPaymentId} of {Narrator.Money(payment.Amount)} opened at Stripe");
        await browser.PayByCardAsync(payment, cancellation);
        narrator.Step("the guest's browser confirms it at Stripe with card 4242 4242 4242 4242; Stripe's webhook wakes the saga");
        var confirmed = await Waiting.UntilAsync(api, intent.BookingIntentId, "confirmed", cancellation);
        narrator.Step("the Host has committed the booking, the hold is a reservation");
        await Confirmation.TellAsync(stack, api, narrator, confirmed, cancellation);
        return confirmed;
    }
}
