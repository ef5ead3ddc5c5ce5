using System.Net;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>What a guest sees of a card payment, from the first look to the receipt.</summary>
public sealed class CardDetailsTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private const string WantsProof = "4000002760003184";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task A_guest_who_has_to_prove_who_they_are_is_told_how_and_then_is_not()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        Assert.False(payment["requires_action"]!.GetValue<bool>());
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(payment, WantsProof));

        var asked = await market.UntilPaymentAsync(held, p => p["requires_action"]!.GetValue<bool>());
        Assert.Equal(("use_stripe_sdk", payment["client_secret"]!.GetValue<string>()), (asked["action_type"]!.GetValue<string>(), asked["client_secret"]!.GetValue<string>()));
        await AuthenticateAsync(payment["provider_payment_id"]!.GetValue<string>(), "complete");
        await market.UntilAsync(held.IntentId, "confirmed");

        var paid = await market.PaymentAsync(held);
        Assert.Equal(("succeeded", "credit_card", "visa", "3184"), ($"{paid["status"]}", $"{paid["payment_method"]}", $"{paid["card_brand"]}", $"{paid["card_last4"]}"));
        Assert.False(paid["requires_action"]!.GetValue<bool>());
        Assert.Null(paid["client_secret"]);
        Assert.Null(paid["failure"]);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_guest_who_cannot_prove_it_may_try_another_card()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        await market.ConfirmCardAsync(payment, WantsProof);
        await AuthenticateAsync(payment["provider_payment_id"]!.GetValue<string>(), "fail");

        var failed = await market.UntilPaymentAsync(held, p => p["failure"] is not null);
        Assert.Equal("authentication_failed", failed["failure"]!["code"]!.GetValue<string>());
        Assert.Equal(2, failed["payment_attempts_left"]!.GetValue<int>());

        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(payment, "5555555555554444"));
        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal("mastercard", (await market.PaymentAsync(held))["card_brand"]!.GetValue<string>());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_debit_card_is_called_one_and_the_fee_is_what_stripe_says()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card"), "4000056655665556"));
        await market.UntilAsync(held.IntentId, "confirmed");

        var paid = await market.PaymentAsync(held);

        Assert.Equal(("debit_card", "visa", "5556"), ($"{paid["payment_method"]}", $"{paid["card_brand"]}", $"{paid["card_last4"]}"));
        var fee = await market.ReadAsync<decimal>("SELECT fee_amount FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", new { held.IntentId });
        Assert.Equal((fee, held.Total - fee), (await market.BalanceAsync(held, "stripe_fees"), await market.BalanceAsync(held, "cash_stripe")));
        Assert.True(fee > 0);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_credit_card_after_a_mistaken_debit_card_is_a_credit_card()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        await using (var connection = await market.OpenAsync())
        {
            // As after a debit card that was declined.
            await Dapper.SqlMapper.ExecuteAsync(connection, "UPDATE reserve.payment_attempts SET payment_method = 'debit_card' WHERE booking_intent_id = @IntentId", new { held.IntentId });
        }

        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(payment));
        await market.UntilAsync(held.IntentId, "confirmed");

        Assert.Equal("credit_card", (await market.PaymentAsync(held))["payment_method"]!.GetValue<string>());
    }

    private Task AuthenticateAsync(string payment, string result) =>
        market.ControlAsync(market.Stripe, $"/control/payment_intents/{payment}/authenticate", new { result });
}
