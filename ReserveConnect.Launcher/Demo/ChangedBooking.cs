using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Demo;

/// <summary>A stay that its guest makes longer, and gives up in the end.</summary>
internal sealed class ChangedBooking(Stack stack, DemoApi api, GuestBrowser browser, Narrator narrator)
{
    /// <summary>Changes a booking that stands, then cancels it.</summary>
    /// <param name="booked">It; the client shows its token.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task RunAsync(IntentAnswer booked, CancellationToken cancellation)
    {
        narrator.Chapter("The same stay with an infant, and given up after all");
        var path = $"reservations/{booked.ConfirmationCode}";
        await ChangeAsync(path, cancellation);
        var quote = await api.GetAsync<CancellationQuoteAnswer>($"{path}/cancellation-quote", cancellation);
        narrator.Step($"GET .../cancellation-quote: {Narrator.Money(quote.Refund)} would go back, {quote.RefundPercentage:0} % ({quote.Reason})");
        await api.PostAsync<object>($"{path}/cancel", new { ExpectedRefund = quote.Refund }, cancellation);
        await Waiting.UntilAsync(
            token => api.GetAsync<ReservationAnswer>(path, token), reservation => reservation.Status, "cancelled", $"reservation {booked.ConfirmationCode}", cancellation);
        narrator.Step("POST .../cancel: the money is on its way back, the Host has cancelled, the nights are free again: cancelled");
        await Books.TellAsync(stack.ConnectionString, booked.BookingIntentId, narrator, cancellation);
    }

    private async Task ChangeAsync(string path, CancellationToken cancellation)
    {
        var wanted = new { Adults = 2, Infants = 1 };
        var quote = await api.PostAsync<ChangeQuoteAnswer>($"{path}/modification-quote", wanted, cancellation);
        narrator.Step($"POST .../modification-quote: an infant comes along, which costs {Narrator.Money(quote.Price.Difference)} more");
        var change = await api.PostAsync<ChangeAnswer>($"{path}/modify", wanted, cancellation);
        if (change.Price.AmountDue > 0)
        {
            var payment = await api.PostAsync<PaymentAnswer>($"booking-intents/{change.BookingIntentId}/payments/card", new { }, cancellation);
            await browser.PayByCardAsync(payment, cancellation);
        }

        await Waiting.UntilAsync(api, change.BookingIntentId, "confirmed", cancellation);
        narrator.Step("POST .../modify: the Host has changed the booking, so has the reservation");
    }
}
