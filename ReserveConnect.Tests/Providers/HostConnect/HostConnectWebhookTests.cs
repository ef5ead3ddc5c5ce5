using System.Security.Cryptography;
using System.Text;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using Xunit;

namespace ReserveConnect.Tests.Providers.HostConnect;

public sealed class HostConnectWebhookTests
{
    private const string Changed = """
        {"id":"0199d0a2-8c11-7a53-a7d1-0d6f4f1b2c3d","type":"availability.changed","created_at":"2026-11-22T12:00:00.000Z",
         "data":{"city":"urubici","property_id":"8a0d3a52-3ad2-5c5b-8f10-5a2f7a3c9d01","room_type_id":"5f0c2f0e-6f37-5d55-9f2e-6a3a0f1f8b11",
                 "from":"2026-12-04","to":"2026-12-06","version":1042}}
        """;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData(0, "secret", WebhookVerdict.Valid)]
    [InlineData(300, "secret", WebhookVerdict.Valid)]
    [InlineData(-301, "secret", WebhookVerdict.Stale)]
    [InlineData(0, "other", WebhookVerdict.Forged)]
    public void What_the_Host_signed_is_taken(int seconds, string secret, WebhookVerdict expected)
    {
        var stamp = Now.ToUnixTimeSeconds() + seconds;
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData("secret"u8, Encoding.UTF8.GetBytes($"{stamp}.{Changed}")));
        Assert.Equal(
            expected, HostConnectWebhook.Verify(Encoding.UTF8.GetBytes(Changed), $"t={stamp},v1={signature}", [secret], Now, TimeSpan.FromSeconds(300)));
    }

    [Fact]
    public void An_event_says_what_changed()
    {
        HostContract.AssertValid("WebhookEvent", Changed);
        Assert.Equal(
            new HostConnectEvent(
                new Guid("0199d0a2-8c11-7a53-a7d1-0d6f4f1b2c3d"), "availability.changed", new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero),
                "urubici", 1042, new Guid("8a0d3a52-3ad2-5c5b-8f10-5a2f7a3c9d01"), new Guid("5f0c2f0e-6f37-5d55-9f2e-6a3a0f1f8b11"), null, null, null,
                new DateOnly(2026, 12, 4), new DateOnly(2026, 12, 6)),
            HostConnectEvent.Parse(Encoding.UTF8.GetBytes(Changed)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"id\":\"x\"}")]
    public void What_is_not_an_event_is_not_read(string body) => Assert.Null(HostConnectEvent.Parse(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void An_event_without_its_version_is_not_read() =>
        Assert.Null(HostConnectEvent.Parse(Encoding.UTF8.GetBytes(Changed.Replace(",\"version\":1042", "", StringComparison.Ordinal))));
}
