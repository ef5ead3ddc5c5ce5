using System.Text;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers.Stripe;

[Trait("Needs", "shared")]
public sealed class StripeEventTests
{
    private static readonly Guid Intent = new("0199d0a2-8c11-7a53-a7d1-0d6f4f1b2c3d");
    private static readonly Guid Attempt = new("0199d0a2-8c11-7a53-a7d1-0d6f4f1b2c3e");

    [Fact]
    public void An_event_about_a_payment_says_whose_it_is()
    {
        var read = StripeEvent.Parse(Encoding.UTF8.GetBytes($$"""
            {"id":"evt_1","object":"event","api_version":"2026-07-29.dahlia","created":1800000000,"livemode":true,"type":"payment_intent.succeeded",
             "data":{"object":{"id":"pi_1","object":"payment_intent","metadata":{"booking_intent_id":"{{Intent}}","attempt_id":"{{Attempt}}"} } } }
            """));
        Assert.Equal(
            new StripeEvent(
                "evt_1", "payment_intent.succeeded", "2026-07-29.dahlia", "pi_1", "payment_intent", "pi_1", Intent, Attempt, null,
                DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), true),
            read);
    }

    [Theory]
    [InlineData("\"pi_1\"")]
    [InlineData("{\"id\":\"pi_1\",\"object\":\"payment_intent\"}")]
    public void An_event_about_a_refund_leads_to_its_payment(string reference)
    {
        var read = StripeEvent.Parse(Encoding.UTF8.GetBytes($$"""
            {"id":"evt_1","object":"event","created":1,"type":"refund.updated",
             "data":{"object":{"id":"re_1","object":"refund","payment_intent":{{reference}},"metadata":{"refund_id":"{{Attempt}}","booking_intent_id":"x"} } } }
            """));
        Assert.Equal(("re_1", "refund", "pi_1"), (read?.ObjectId, read?.ObjectType, read?.PaymentIntentId));
        Assert.Equal(Attempt, read?.RefundId);
        Assert.Null(read?.BookingIntentId);
    }

    [Fact]
    public void The_published_sample_is_read_though_it_is_about_something_else()
    {
        var vector = Contracts.Json("stripe/webhook-signature-vectors-open.json").GetProperty("vectors")[0];
        var read = StripeEvent.Parse(vector.GetProperty("payload_base64").GetBytesFromBase64());
        Assert.Equal(("evt_123", "customer.created", "cus_123", null), (read?.Id, read?.Type, read?.ObjectId, read?.PaymentIntentId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"evt_1\",\"object\":\"event\"}")]
    [InlineData("{\"id\":1,\"object\":\"event\",\"type\":\"x\",\"created\":1,\"data\":{\"object\":{}}}")]
    [InlineData("{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"x\",\"created\":\"1\",\"data\":{\"object\":{}}}")]
    [InlineData("{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"x\",\"created\":9999999999999,\"data\":{\"object\":{}}}")]
    [InlineData("{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"x\",\"created\":1,\"data\":[]}")]
    [InlineData("{\"id\":\"\\ud800\",\"object\":\"event\",\"type\":\"x\",\"created\":1,\"data\":{\"object\":{}}}")]
    public void What_is_not_an_event_is_not_read(string body) => Assert.Null(StripeEvent.Parse(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_v2_event_is_not_taken_for_a_v1_event() =>
        Assert.Null(StripeEvent.Parse(
            """{"id":"evt_1","object":"v2.core.event","type":"v1.billing.meter.error_report_triggered","created":1,"data":{"object":{"id":"x"}}}"""u8.ToArray()));
}
