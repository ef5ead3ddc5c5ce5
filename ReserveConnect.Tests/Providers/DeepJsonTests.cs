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
    [InlineData(10, true)]
    [InlineData(1_000, false)]
    [InlineData(300_000, false)]
    public void An_event_is_read_as_deep_as_events_are_and_no_deeper(int depth, bool isRead)
    {
        var stripe = StripeEvent.Parse(Nested(
            depth, """{"id":"evt_1","object":"event","created":1,"type":"refund.updated","data":{"object":{"id":"re_1","object":"refund"}},"more":"DEEP"}"""));
        var mercadoPago = MercadoPagoNotification.Parse(Nested(
            depth, """{"id":1,"type":"payment","action":"payment.updated","data":{"id":"1"},"more":"DEEP"}"""));
        var host = HostConnectEvent.Parse(Nested(
            depth, """{"id":"0199d0a2-8c11-7a53-a7d1-0d6f4f1b2c3d","type":"availability.changed","created_at":"2026-11-22T12:00:00Z","data":{"city":"urubici","version":1},"more":"DEEP"}"""));

        Assert.Equal((isRead, isRead, isRead), (stripe is not null, mercadoPago is not null, host is not null));
    }

    private static byte[] Nested(int depth, string json) =>
        Encoding.UTF8.GetBytes(json.Replace("\"DEEP\"", new string('[', depth) + new string(']', depth), StringComparison.Ordinal));
}
