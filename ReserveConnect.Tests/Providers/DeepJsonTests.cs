using System.Text;
using ReserveConnect.Providers.HostConnect;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers;

/// <summary>An event that is nested too deeply is none, however it is signed.</summary>
public sealed class DeepJsonTests
{
    [Theory]
    [InlineData(1_000)]
    [InlineData(300_000)]
    public void A_deep_event_is_malformed(int depth)
    {
        var stripe = """{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","metadata":"DEEP"}}}""";
        var mercadoPago = """{"type":"payment","action":"payment.updated","data":{"id":"1"},"more":"DEEP"}""";
        var host = """{"id":"0198b0a0-0000-7000-8000-000000000001","type":"availability.changed","data":"DEEP"}""";

        Assert.Null(StripeEvent.Parse(Bytes(stripe, depth)));
        Assert.Null(MercadoPagoNotification.Parse(Bytes(mercadoPago, depth)));
        Assert.Null(HostConnectEvent.Parse(Bytes(host, depth)));
    }

    [Fact]
    public void The_same_event_of_usual_depth_is_one() =>
        Assert.NotNull(MercadoPagoNotification.Parse(Bytes("""{"type":"payment","action":"payment.updated","data":{"id":"1"},"more":"DEEP"}""", 10)));

    private static byte[] Bytes(string json, int depth) =>
        Encoding.UTF8.GetBytes(json.Replace("\"DEEP\"", new string('[', depth) + new string(']', depth), StringComparison.Ordinal));
}
