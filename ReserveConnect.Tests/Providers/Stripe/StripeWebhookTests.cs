using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using ReserveConnect.Providers;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers.Stripe;

[Trait("Needs", "shared")]
public sealed class StripeWebhookTests
{
    private const string File = "stripe/webhook-signature-vectors-open.json";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);
    private static readonly byte[] Body = """{"id":"evt_1","object":"event"}"""u8.ToArray();

    public static TheoryData<string> Vectors() =>
        [.. Contracts.Json(File).GetProperty("vectors").EnumerateArray().Select(vector => vector.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_published_vector_gets_its_published_verdict(string id)
    {
        var vector = Contracts.Json(File).GetProperty("vectors").EnumerateArray().Single(candidate => candidate.GetProperty("id").GetString() == id);
        var verdict = StripeWebhook.Verify(
            vector.GetProperty("payload_base64").GetBytesFromBase64(),
            vector.GetProperty("stripe_signature_header").GetString(),
            [vector.GetProperty("secret").GetString()!],
            DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("verify_at_unix").GetInt64()),
            TimeSpan.FromSeconds(vector.GetProperty("tolerance_seconds").GetInt64()));
        Assert.Equal(vector.GetProperty("expect_valid").GetBoolean(), verdict == WebhookVerdict.Valid);
    }

    [Theory]
    [InlineData(null, WebhookVerdict.Missing)]
    [InlineData("", WebhookVerdict.Missing)]
    [InlineData("nonsense", WebhookVerdict.Malformed)]
    [InlineData("t=1800000000", WebhookVerdict.Malformed)]
    [InlineData("v1={good}", WebhookVerdict.Malformed)]
    [InlineData("t=1800000000,v1=", WebhookVerdict.Malformed)]
    [InlineData("t=1800000000,v1=zz", WebhookVerdict.Malformed)]
    [InlineData("t=1800000000,v0={good}", WebhookVerdict.Malformed)]
    [InlineData("t=-5,v1={good}", WebhookVerdict.Malformed)]
    [InlineData("t=999999999999999999999,v1={good}", WebhookVerdict.Malformed)]
    [InlineData("t=1800000000,t=1,v1={good}", WebhookVerdict.Malformed)]
    [InlineData("t=1800000001,v1={good}", WebhookVerdict.Forged)]
    [InlineData("t=1800000000,v1={good}", WebhookVerdict.Valid)]
    [InlineData("t=1800000000, v1={good}", WebhookVerdict.Valid)]
    [InlineData("t=1800000000,v1={bad},v1={good},v0={bad}", WebhookVerdict.Valid)]
    [InlineData("t=1800000000,v1={bad}", WebhookVerdict.Forged)]
    public void A_header_is_judged_by_its_parts(string? header, WebhookVerdict expected)
    {
        var sent = header?
            .Replace("{good}", Sign("whsec_1", 1_800_000_000, Body), StringComparison.Ordinal)
            .Replace("{bad}", new string('0', 64), StringComparison.Ordinal);
        Assert.Equal(expected, StripeWebhook.Verify(Body, sent, ["whsec_1"], Now, Tolerance));
    }

    [Theory]
    [InlineData(-301, WebhookVerdict.Stale)]
    [InlineData(-300, WebhookVerdict.Valid)]
    [InlineData(300, WebhookVerdict.Valid)]
    [InlineData(301, WebhookVerdict.Stale)]
    public void A_time_stamp_too_old_or_too_new_is_stale(int seconds, WebhookVerdict expected)
    {
        var stamp = Now.ToUnixTimeSeconds() + seconds;
        Assert.Equal(expected, StripeWebhook.Verify(Body, $"t={stamp},v1={Sign("s", stamp, Body)}", ["s"], Now, Tolerance));
    }

    [Fact]
    public void While_the_secret_is_changed_both_count()
    {
        var header = $"t=1800000000,v1={Sign("old", 1_800_000_000, Body)}";
        Assert.Equal(WebhookVerdict.Valid, StripeWebhook.Verify(Body, header, ["new", "old"], Now, Tolerance));
        Assert.Equal(WebhookVerdict.Forged, StripeWebhook.Verify(Body, header, ["new"], Now, Tolerance));
    }

    [Fact]
    public void An_empty_secret_signs_nothing()
    {
        var header = $"t=1800000000,v1={Sign("", 1_800_000_000, Body)}";
        Assert.Equal(WebhookVerdict.Forged, StripeWebhook.Verify(Body, header, [""], Now, Tolerance));
        Assert.Equal(WebhookVerdict.Forged, StripeWebhook.Verify(Body, header, [], Now, Tolerance));
    }

    [Property]
    public bool A_body_with_one_byte_altered_is_forged(NonEmptyArray<byte> body, PositiveInt place, byte by)
    {
        var header = $"t=1800000000,v1={Sign("s", 1_800_000_000, body.Get)}";
        var altered = body.Get.ToArray();
        altered[place.Get % altered.Length] ^= by;
        return StripeWebhook.Verify(altered, header, ["s"], Now, Tolerance) == (by == 0 ? WebhookVerdict.Valid : WebhookVerdict.Forged);
    }

    [Property]
    public bool No_header_makes_it_throw(string? header) =>
        StripeWebhook.Verify(Body, header, ["s"], Now, Tolerance) != WebhookVerdict.Valid;

    private static string Sign(string secret, long stamp, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{stamp}."), .. body]));
}
