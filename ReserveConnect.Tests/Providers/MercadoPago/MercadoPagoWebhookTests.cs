using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using Xunit;

namespace ReserveConnect.Tests.Providers.MercadoPago;

[Trait("Needs", "shared")]
public sealed class MercadoPagoWebhookTests
{
    private const string File = "mercadopago/webhook-signature-vectors-open.json";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    public static TheoryData<string> Vectors() =>
        [.. Contracts.Json(File).GetProperty("vectors").EnumerateArray().Select(vector => vector.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_published_vector_gets_its_published_verdict(string id)
    {
        var vector = Contracts.Json(File).GetProperty("vectors").EnumerateArray().Single(candidate => candidate.GetProperty("id").GetString() == id);
        var header = vector.GetProperty("x_signature").GetString()!;
        // The vectors name no instant: they are verified soon after the one they were signed at.
        var stamp = long.TryParse(header.Split(',')[0].Replace("ts=", "", StringComparison.Ordinal), out var number) ? number : 0;
        var signed = stamp > 100_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds(stamp) : DateTimeOffset.FromUnixTimeSeconds(stamp);
        var verdict = MercadoPagoWebhook.Verify(
            vector.GetProperty("url_query_data_id").GetString(),
            vector.GetProperty("x_request_id").GetString(),
            header,
            [vector.TryGetProperty("secret", out var secret) ? secret.GetString()! : "never published"],
            signed + TimeSpan.FromSeconds(10),
            Tolerance);

        var expected = vector.GetProperty("expect_valid");
        if (expected.ValueKind == JsonValueKind.Null)
            Assert.Equal(WebhookVerdict.Forged, verdict); // It can be read, but not verified.
        else
            Assert.Equal(expected.GetBoolean(), verdict == WebhookVerdict.Valid);
    }

    [Theory]
    [InlineData(1_800_000_000, WebhookVerdict.Valid)]
    [InlineData(1_800_000_000_000, WebhookVerdict.Valid)]
    [InlineData(1_799_999_700, WebhookVerdict.Valid)]
    [InlineData(1_799_999_699, WebhookVerdict.Stale)]
    [InlineData(1_799_999_699_000, WebhookVerdict.Stale)]
    [InlineData(1_800_000_301_000, WebhookVerdict.Stale)]
    public void The_time_stamp_may_be_seconds_or_milliseconds(long stamp, WebhookVerdict expected) =>
        Assert.Equal(expected, MercadoPagoWebhook.Verify("123", "r", Header($"id:123;request-id:r;ts:{stamp};", stamp), ["s"], Now, Tolerance));

    [Theory]
    [InlineData("123", "r", "id:123;request-id:r;ts:1800000000;", WebhookVerdict.Valid)]
    [InlineData("ORD01", "r", "id:ord01;request-id:r;ts:1800000000;", WebhookVerdict.Valid)]
    [InlineData("ORD01", "r", "id:ORD01;request-id:r;ts:1800000000;", WebhookVerdict.Valid)]
    [InlineData("ord01", "r", "id:ORD01;request-id:r;ts:1800000000;", WebhookVerdict.Forged)]
    [InlineData(null, "r", "request-id:r;ts:1800000000;", WebhookVerdict.Valid)]
    [InlineData("", null, "ts:1800000000;", WebhookVerdict.Valid)]
    [InlineData("124", "r", "id:123;request-id:r;ts:1800000000;", WebhookVerdict.Forged)]
    [InlineData("123", "q", "id:123;request-id:r;ts:1800000000;", WebhookVerdict.Forged)]
    [InlineData("123;request-id:r", null, "id:123;request-id:r;ts:1800000000;", WebhookVerdict.Forged)]
    public void The_id_of_the_address_and_the_request_id_are_signed(string? dataId, string? requestId, string manifest, WebhookVerdict expected) =>
        Assert.Equal(expected, MercadoPagoWebhook.Verify(dataId, requestId, Header(manifest, 1_800_000_000), ["other", "s"], Now, Tolerance));

    [Theory]
    [InlineData(null, WebhookVerdict.Missing)]
    [InlineData(" ", WebhookVerdict.Missing)]
    [InlineData("ts=1800000000", WebhookVerdict.Malformed)]
    [InlineData("ts=x,v1=633f91233312dd391ec75fa0bea539cfc2d6c4918873305b84a96cc1c58db71c", WebhookVerdict.Malformed)]
    [InlineData("ts=1,ts=2,v1=633f91233312dd391ec75fa0bea539cfc2d6c4918873305b84a96cc1c58db71c", WebhookVerdict.Malformed)]
    [InlineData("ts=1800000000,v1=abc", WebhookVerdict.Malformed)]
    public void A_header_that_cannot_be_read_is_refused(string? header, WebhookVerdict expected) =>
        Assert.Equal(expected, MercadoPagoWebhook.Verify("1", "r", header, ["s"], Now, Tolerance));

    [Fact]
    public void An_empty_secret_signs_nothing()
    {
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData([], "id:1;ts:1800000000;"u8));
        Assert.Equal(WebhookVerdict.Forged, MercadoPagoWebhook.Verify("1", null, $"ts=1800000000,v1={signature}", ["", " "], Now, Tolerance));
    }

    [Property]
    public bool No_header_makes_it_throw(string? id, string? request, string? header) =>
        MercadoPagoWebhook.Verify(id, request, header, ["s"], Now, Tolerance) != WebhookVerdict.Valid;

    [Fact]
    public void The_published_notification_is_read()
    {
        var read = MercadoPagoNotification.Parse(Contracts.Bytes("mercadopago/webhook-payment-created.docs.json"));
        Assert.Equal(
            new MercadoPagoNotification("12345", "payment", "payment.created", "999999999", true, DateTimeOffset.Parse("2015-03-25T10:04:58.396-04:00", null)),
            read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"id\":1,\"type\":\"payment\"}")]
    [InlineData("{\"id\":1,\"type\":\"payment\",\"data\":{}}")]
    [InlineData("{\"id\":1.5,\"type\":\"payment\",\"data\":{\"id\":\"1\"}}")]
    [InlineData("{\"id\":1,\"type\":\"\\udc00\",\"data\":{\"id\":\"1\"}}")]
    public void What_is_not_a_notification_is_not_read(string body) => Assert.Null(MercadoPagoNotification.Parse(Encoding.UTF8.GetBytes(body)));

    private static string Header(string manifest, long stamp) =>
        $"ts={stamp},v1={Convert.ToHexStringLower(HMACSHA256.HashData("s"u8, Encoding.UTF8.GetBytes(manifest)))}";
}
