using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

public sealed class WebhookTests(Marketplace market) : IClassFixture<Marketplace>
{
    private const string Event =
        """{"id":"evt_1","object":"event","type":"payment_intent.succeeded","created":1,"data":{"object":{"id":"pi_1","object":"payment_intent"}}}""";

    [Fact]
    public async Task A_right_signature_is_stored_once_however_often_it_comes()
    {
        var body = Event.Replace("evt_1", "evt_twice", StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await StripeAsync(body, Signature(body, market.Clock.GetUtcNow()))).Status);
        Assert.Equal(HttpStatusCode.OK, (await StripeAsync(body, Signature(body, market.Clock.GetUtcNow()))).Status);

        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.webhook_events WHERE provider_event_id = 'evt_twice'"));
    }

    [Theory]
    [InlineData("missing", "signature_missing")]
    [InlineData("garbage", "signature_malformed")]
    [InlineData("forged", "signature_invalid")]
    [InlineData("stale", "signature_stale")]
    [InlineData("future", "signature_stale")]
    [InlineData("altered", "signature_invalid")]
    public async Task A_signature_that_does_not_hold_is_refused_and_nothing_is_written(string how, string code)
    {
        var before = await WrittenAsync();
        var now = market.Clock.GetUtcNow();
        var signature = how switch
        {
            "missing" => null,
            "garbage" => "v1=nothing",
            "forged" => Signature(Event, now, "whsec_other"),
            "stale" => Signature(Event, now.AddMinutes(-6)),
            "future" => Signature(Event, now.AddMinutes(6)),
            _ => Signature(Event + " ", now),
        };

        var answer = await StripeAsync(Event, signature);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal(code, answer.Body["code"]!.GetValue<string>());
        Assert.Equal(before, await WrittenAsync());
    }

    [Fact]
    public async Task A_notification_whose_body_names_another_payment_than_was_signed_is_refused()
    {
        var before = await WrittenAsync();
        var now = market.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var manifest = $"id:123;request-id:r1;ts:{now};";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/mercadopago?data.id=123&type=payment")
        {
            Content = new StringContent("""{"id":1,"type":"payment","action":"payment.updated","data":{"id":"456"}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-request-id", "r1");
        request.Headers.Add("x-signature", $"ts={now},v1={Hmac("mp_sandbox_webhook_secret", manifest)}");

        var answer = await market.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(before, await WrittenAsync());
    }

    [Fact]
    public async Task Notifications_without_an_id_of_their_own_are_told_apart_by_their_time()
    {
        var now = market.Clock.GetUtcNow();

        foreach (var (action, at) in new[] { ("payment.created", now), ("payment.updated", now.AddSeconds(1)), ("payment.updated", now.AddSeconds(1)) })
        {
            Assert.Equal(HttpStatusCode.OK, (await PixAsync("777", "payment", action, at)).Status);
        }

        Assert.Equal(2, await market.ReadAsync<long>("SELECT count(*) FROM reserve.webhook_events WHERE provider = 'mercado_pago' AND object_id = '777'"));
    }

    [Fact]
    public async Task A_notification_of_something_else_is_kept_and_not_taken_for_a_payment()
    {
        Assert.Equal(HttpStatusCode.OK, (await PixAsync("778", "topic_claims_integration_wh", "created", market.Clock.GetUtcNow())).Status);

        Assert.Equal(
            "topic_claims_integration_wh:created",
            await market.ReadAsync<string>("SELECT event_type FROM reserve.webhook_events WHERE provider = 'mercado_pago' AND provider_event_id LIKE '%:778' AND object_id IS NULL"));
    }

    private async Task<Answer> PixAsync(string dataId, string type, string action, DateTimeOffset at)
    {
        var ts = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/webhooks/mercadopago?data.id={dataId}&type={type}")
        {
            Content = new StringContent($$$"""{"id":1,"type":"{{{type}}}","action":"{{{action}}}","data":{"id":"{{{dataId}}}"}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-signature", $"ts={ts},v1={Hmac("mp_sandbox_webhook_secret", $"id:{dataId};ts:{ts};")}");
        return await market.SendAsync(request);
    }

    private Task<Answer> StripeAsync(string body, string? signature)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/stripe") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (signature is not null)
        {
            request.Headers.Add("Stripe-Signature", signature);
        }

        return market.SendAsync(request);
    }

    private Task<long> WrittenAsync() =>
        market.ReadAsync<long>("SELECT (SELECT count(*) FROM reserve.webhook_events) + (SELECT count(*) FROM reserve.events)");

    private static string Signature(string body, DateTimeOffset at, string secret = "whsec_sandbox")
    {
        var t = at.ToUnixTimeSeconds();
        return $"t={t},v1={Hmac(secret, $"{t}.{body}")}";
    }

    private static string Hmac(string secret, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}
