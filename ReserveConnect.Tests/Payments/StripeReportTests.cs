using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Events;
using ReserveConnect.Payments;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>Each type of Stripe's events goes its own way, in any order and any number of times.</summary>
public sealed class StripeReportTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task Who_sets_the_endpoint_up_is_told_to_enable_just_the_events_that_tell_something()
    {
        var page = await File.ReadAllLinesAsync(Path.Combine(TestFolders.Root, "infra", "README.md"));

        var told = Assert.Single(page, line => line.Contains("At Stripe enable", StringComparison.Ordinal)).Split("At Stripe enable")[1].Split('`').Where((_, place) => place % 2 == 1);
        Assert.Equal(StripeReports.Types.Order(StringComparer.Ordinal), told);
    }

    [Theory]
    [InlineData("payment_intent.succeeded")]
    [InlineData("payment_intent.payment_failed")]
    [InlineData("payment_intent.amount_capturable_updated")]
    [InlineData("payment_intent.canceled")]
    [InlineData("charge.dispute.created")]
    [InlineData("charge.dispute.closed")]
    [InlineData("charge.refunded")]
    [InlineData("refund.updated")]
    [InlineData("refund.failed")]
    public void What_stripe_tells_means_something(string type) => Assert.Contains(type, StripeReports.Types);

    [Theory]
    [InlineData("payment_intent.created")]
    [InlineData("charge.succeeded")]
    [InlineData("customer.created")]
    [InlineData("Payment_Intent.Succeeded")]
    [InlineData("")]
    public void What_is_known_or_unknown_tells_nothing(string type) => Assert.Null(StripeReports.EventOf(type));

    [Fact]
    public void Each_meaning_has_one_handler()
    {
        using var scope = market.Services.CreateScope();
        var handled = scope.ServiceProvider.GetServices<IEventHandler>().SelectMany(handler => handler.EventTypes).ToList();

        Assert.All(StripeReports.Types.Select(type => StripeReports.EventOf(type)!).Distinct(), meaning => Assert.Single(handled, meaning));
    }

    [Fact]
    public async Task A_payment_that_somebody_cancels_at_stripe_is_closed_here_and_another_may_be_begun()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        using var cancel = new HttpRequestMessage(HttpMethod.Post, $"/v1/payment_intents/{payment["provider_payment_id"]}/cancel") { Headers = { { "Authorization", "Bearer sk_test_sandbox" } } };
        using var cancelled = await market.Stripe.SendAsync(cancel);
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);

        await market.UntilPaymentAsync(held, p => p["status"]!.GetValue<string>() == "cancelled");

        var retried = await market.RetryAsync(held);
        Assert.Equal(HttpStatusCode.Created, retried.Status);
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(retried.Body));
        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_no_that_arrives_after_the_yes_changes_nothing()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "hold", type = "payment_intent.payment_failed", count = 1 });
        Assert.Equal(HttpStatusCode.PaymentRequired, await market.ConfirmCardAsync(payment, "4000000000000002"));
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(payment));
        await market.UntilAsync(held.IntentId, "confirmed");

        await market.ControlAsync(market.Stripe, "/control/webhooks/flush", new { });
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.webhook_events WHERE object_id = @id AND event_type = 'payment_intent.payment_failed'", new { id = $"{payment["provider_payment_id"]}" }) == 1,
            () => "the decline did not come");

        await market.ExpectSoundAsync();
        Assert.Equal("succeeded", (await market.PaymentAsync(held))["status"]!.GetValue<string>());
        Assert.Equal(0, await market.ReadAsync<int>("SELECT payment_failures FROM reserve.booking_intents WHERE id = @IntentId", new { held.IntentId }));
    }
}
