using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>A guest who cannot pay by one way because its provider is silent pays by the other.</summary>
public sealed class SilentProviderTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await market.CalmAsync();
        // A circuit that opened is closed again for the next.
        market.Clock.Advance(TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData("card", "pix")]
    [InlineData("pix", "card")]
    public async Task Who_cannot_pay_one_way_pays_the_other(string silent, string other)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await Marketplace.FaultAsync(SystemOf(silent), new { kind = "status", status = 503, path = PathOf(silent), count = 500 });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await BeginAsync(held, silent)).Status);

        var payment = await BeginAsync(held, other);

        Assert.Equal(HttpStatusCode.Created, payment.Status);
        Assert.Equal(HttpStatusCode.OK, other == "pix" ? await market.PayPixAsync(payment.Body) : await market.ConfirmCardAsync(payment.Body));
        await market.UntilAsync(held.IntentId, "confirmed");
        await HealAsync();
        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_was_opened_unseen_is_closed_once_its_provider_answers()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        // Stripe opens it, and the answer is lost, each time.
        await Marketplace.FaultAsync(market.Stripe, new { kind = "cut_after_work", method = "POST", path = "/v1/payment_intents", count = 8 });
        await BeginAsync(held, "card");
        Assert.Equal(HttpStatusCode.Created, (await BeginAsync(held, "pix")).Status);

        await HealAsync();
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(1));
                return (await OpenAtStripeAsync(held)) == 0;
            },
            () => $"a charge is still open\n{market.Complaints}");
    }

    [Fact]
    public async Task Whoever_tries_the_same_way_again_is_not_told_the_old_answer()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 500, method = "POST", path = "/v1/payment_intents", count = 2 });
        var first = await BeginAsync(held, "card");
        var attempts = 1;
        while (first.Status != HttpStatusCode.Created && attempts++ < 4)
        {
            first = await BeginAsync(held, "card");
            market.Clock.Advance(TimeSpan.FromSeconds(31));
        }

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(first.Body));
        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_bad_key_is_nobodys_no_and_costs_no_attempt()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 401, method = "POST", path = "/v1/payment_intents", count = 1 });

        var refused = await BeginAsync(held, "card");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "payment_provider_unavailable"), (refused.Status, $"{refused.Body["code"]}"));
        Assert.Equal(HttpStatusCode.Created, (await BeginAsync(held, "card")).Status);
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId AND status = 'failed'", new { held.IntentId }));
    }

    [Fact]
    public async Task A_pix_charge_whose_opening_took_too_long_is_opened_anew()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "status", status = 503, path = "/v1/payments", count = 20 });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await BeginAsync(held, "pix")).Status);
        // Less than Mercado Pago's 30 minutes are left of it.
        await HealAsync(TimeSpan.FromMinutes(3));

        var again = await BeginAsync(held, "pix");

        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.Equal(3, again.Body["payment_attempts_left"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(again.Body));
        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("card", "pix")]
    [InlineData("pix", "card")]
    public async Task A_provider_that_hangs_keeps_nobody_from_paying_the_other_way(string silent, string other)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await Marketplace.FaultAsync(SystemOf(silent), new { kind = "slow", delay_ms = 60_000, path = PathOf(silent), count = 100 });
        var begun = TimeProvider.System.GetTimestamp();

        var hung = await BeginAsync(held, silent);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "payment_provider_unavailable"), (hung.Status, $"{hung.Body["code"]}"));
        var payment = await BeginAsync(held, other);

        Assert.Equal(HttpStatusCode.Created, payment.Status);
        var bound = market.Services.GetRequiredService<IOptions<LimitOptions>>().Value.RequestTimeout;
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, bound);
        Assert.Equal(HttpStatusCode.OK, other == "pix" ? await market.PayPixAsync(payment.Body) : await market.ConfirmCardAsync(payment.Body));
        await market.UntilAsync(held.IntentId, "confirmed");
        await HealAsync();
        await market.ExpectSoundAsync();
    }

    // What was ordered ends, and the circuits close.
    private async Task HealAsync(TimeSpan? after = null)
    {
        await market.CalmAsync();
        market.Clock.Advance(after ?? TimeSpan.FromMinutes(1));
    }

    private HttpClient SystemOf(string method) => method == "pix" ? market.MercadoPago : market.Stripe;

    private static string PathOf(string method) => method == "pix" ? "/v1/payments*" : "/v1/payment_intents*";

    private Task<Answer> BeginAsync(Held held, string method) =>
        market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/{method}"));

    private async Task<int> OpenAtStripeAsync(Held held)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/payment_intents?limit=100");
        request.Headers.Authorization = new("Bearer", "sk_test_sandbox");
        using var response = await market.Stripe.SendAsync(request);
        var all = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!["data"]!.AsArray();
        return all.Count(p => $"{p!["metadata"]?["booking_intent_id"]}" == $"{held.IntentId}" && $"{p["status"]}" is not ("canceled" or "succeeded"));
    }
}
