using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Booking;
using ReserveConnect.Payments;
using ReserveConnect.Providers;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>A provider repeats its answer to a key for a day, also a no that was true only then.</summary>
public sealed class ChargeKeyTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_no_to_a_capture_that_came_too_early_is_not_heard_for_a_day()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var providers = market.Services.GetRequiredService<PaymentProviders>();
        await using var connection = await market.OpenAsync();
        var intent = (await BookingIntents.FindAsync(connection, held.IntentId))!;
        var attempt = new PaymentAttempt(
            Guid.CreateVersion7(), intent.Id, "credit_card", PaymentAttempt.Stripe, $"{intent.Id}:pay:1", null, null, held.Total, null, "BRL", true,
            PaymentAttemptStatus.Initiating, null, null, false, null, null, null, market.Clock.GetUtcNow());
        var opened = (await providers.OpenAsync(attempt, intent, CancellationToken.None)).ValueOrNull!;
        attempt = attempt with { ProviderPaymentIntentId = opened.ProviderPaymentId };

        Assert.IsType<ProviderAnswer<MoneyFact>.Refused>(await providers.CaptureAsync(attempt, CancellationToken.None));
        await market.ConfirmCardAsync(new JsonObject { ["provider_payment_id"] = opened.ProviderPaymentId, ["client_secret"] = opened.ClientSecret });
        market.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(MoneyState.Paid, (await providers.CaptureAsync(attempt, CancellationToken.None)).ValueOrNull?.State);
    }
}
