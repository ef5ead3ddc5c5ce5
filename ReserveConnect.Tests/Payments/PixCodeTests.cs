using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Payments;
using ReserveConnect.Providers.Pix;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

public sealed class PixCodeTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    // As a bank would name a payer; made up, with right check digits.
    private const string Document = "52998224725";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task The_code_is_for_this_stay_and_the_picture_is_of_the_code()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());

        var payment = await market.BeginPaymentAsync(held, "pix");

        var code = payment["copy_paste_code"]!.GetValue<string>();
        Assert.Equal(held.Total, BrCode.Parse(code).Code!.Amount);
        Assert.Equal(PixQrImage.Png(code), Convert.FromBase64String(payment["qr_code_base64"]!.GetValue<string>()));
        Assert.InRange(payment["expires_at"]!.GetValue<DateTimeOffset>() - market.Clock.GetUtcNow(), TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(31));
    }

    [Theory]
    [InlineData("checksum")]
    [InlineData("amount")]
    public async Task A_broken_code_is_not_shown_and_its_charge_is_closed(string flaw)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await market.ControlAsync(market.MercadoPago, "/control/codes/break", new { flaw });

        var answer = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/pix"));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "pix_code_invalid"), (answer.Status, $"{answer.Body["code"]}"));
        Assert.Equal(("high", "open"), await market.TroubleAsync(held, "pix_code_invalid") is { } trouble ? (trouble.Severity, trouble.Status) : default);
        // Cancelled: its provider's word that it is closed was quicker.
        var failed = await market.UntilPaymentAsync(held, p => $"{p["status"]}" is "failed" or "cancelled");
        Assert.Equal("pix_not_available", $"{failed["failure"]!["code"]}");
        Assert.Null(failed["copy_paste_code"]);
        Assert.NotEqual(HttpStatusCode.OK, await market.PayPixAsync(failed));

        var again = await market.RetryAsync(held);
        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(again.Body));
        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_broken_code_whose_charge_was_opened_for_nobody_is_closed_by_the_saga()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await market.ControlAsync(market.MercadoPago, "/control/codes/break", new { flaw = "checksum" });
        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "cut_after_work", method = "POST", path = "/v1/payments", count = (int?)null });
        var lost = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/pix"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.Status);
        await market.CalmAsync();

        market.Clock.Advance(TimeSpan.FromMinutes(2.1));
        await market.RunJobAsync("poll_pending_payments");

        var failed = await market.UntilPaymentAsync(held, p => $"{p["status"]}" == "failed");
        Assert.NotEqual(HttpStatusCode.OK, await market.PayPixAsync(failed));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Of_the_payer_s_document_only_the_middle_is_kept()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "pix");
        using var paid = await market.MercadoPago.PostAsJsonAsync(
            $"/control/pix/{payment["provider_payment_id"]}/pay", new { payer = new { first_name = "Rui", last_name = "Alves", document = Document } });
        Assert.Equal(HttpStatusCode.OK, paid.StatusCode);

        await market.UntilAsync(held.IntentId, "confirmed");

        var kept = await market.ReadAsync<string>(
            "SELECT payer_document FROM reserve.pix_transactions WHERE payment_attempt_id = @id", new { id = payment["payment_attempt_id"]!.GetValue<Guid>() });
        Assert.Equal("***.982.247-**", kept);
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.webhook_events WHERE payload::text LIKE '%' || @Document || '%'", new { Document }));
        JsonNode seen = await market.PaymentAsync(held);
        Assert.DoesNotContain("Rui", seen.ToJsonString(), StringComparison.Ordinal);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_code_that_ran_out_says_so()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await market.BeginPaymentAsync(held, "pix");

        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.UntilAsync(held.IntentId, "expired");

        Assert.Equal("pix_expired", $"{(await market.PaymentAsync(held))["failure"]!["code"]}");
    }

    [Theory]
    [InlineData(null, "there is none")]
    [InlineData("", "there is none")]
    [InlineData("nonsense", "a field's length does not fit")]
    public void A_charge_without_a_code_is_as_bad_as_one_with_a_broken_one(string? code, string flaw)
    {
        var attempt = new PaymentAttempt(
            Guid.Empty, Guid.Empty, "pix", PaymentAttempt.MercadoPago, "", null, null, 10m, null, "BRL", false, "initiating", null, null, false, null, null, null, default);

        Assert.Equal(flaw, PixCodes.FlawOf(attempt, new(MoneyState.Open, "1", 10m, "BRL") { PixCode = code }));
        Assert.Null(PixCodes.FlawOf(attempt, new(MoneyState.Paid, "1", 10m, "BRL") { PixCode = code }));
        Assert.Null(PixCodes.FlawOf(attempt with { Provider = PaymentAttempt.Stripe }, new(MoneyState.Open, "pi", 10m, "BRL")));
    }
}
