using System.Net;
using System.Text.RegularExpressions;
using System.Text.Json.Nodes;
using ReserveConnect.Functions.Http;
using ReserveConnect.Payments;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Payments;

public sealed class FailureWordsTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Theory]
    [InlineData("insufficient_funds", "insufficient_funds")]
    [InlineData("expired_card", "card_expired")]
    [InlineData("incorrect_cvc", "security_code_wrong")]
    [InlineData("payment_intent_authentication_failure", "authentication_failed")]
    [InlineData("processing_error", "try_again")]
    [InlineData("card_velocity_exceeded", "card_limit_reached")]
    [InlineData("generic_decline", "card_declined")]
    [InlineData("expired", "pix_expired")]
    [InlineData("pix_code_invalid", "pix_not_available")]
    [InlineData("a_code_of_next_year", "payment_failed")]
    [InlineData("Your card was declined.", "payment_failed")]
    [InlineData("", "payment_failed")]
    [InlineData(null, "payment_failed")]
    public void A_provider_s_code_is_one_of_ours(string? theirs, string ours) => Assert.Equal(ours, PaymentFailure.Of(theirs, "en").Code);

    /// <summary>Whoever holds a card that is looked for is told what everybody is told.</summary>
    [Theory]
    [InlineData("lost_card")]
    [InlineData("stolen_card")]
    [InlineData("pickup_card")]
    [InlineData("fraudulent")]
    [InlineData("merchant_blacklist")]
    public void Of_a_suspicion_nothing_is_said(string code) => Assert.Equal(PaymentFailure.Of("card_declined", "en"), PaymentFailure.Of(code, "en"));

    [Fact]
    public void Each_is_said_in_two_languages()
    {
        var codes = new[] { "insufficient_funds", "card_velocity_exceeded", "expired_card", "incorrect_number", "incorrect_cvc", "incorrect_zip", "authentication_required", "card_not_supported", "duplicate_transaction", "processing_error", "card_declined", "expired", "pix_code_invalid", "none" };
        Assert.Equal(PaymentFailure.PublicCodes.Order(), codes.Select(code => PaymentFailure.Of(code, "en").Code).Order());
        Assert.All(codes, code =>
        {
            var (portuguese, english) = (PaymentFailure.Of(code, "pt-BR"), PaymentFailure.Of(code, "en"));
            Assert.Equal(portuguese.Code, english.Code);
            Assert.NotEqual(portuguese.Message, english.Message);
            Assert.All([portuguese.Message, english.Message], message => Assert.Matches(@"^[A-ZÀ-Ú].{20,}\.$", message));
            Assert.Equal(portuguese, PaymentFailure.Of(code, "de"));
        });
    }

    [Theory]
    [InlineData(null, "pt-BR")]
    [InlineData("", "pt-BR")]
    [InlineData("*", "pt-BR")]
    [InlineData("de-DE, fr;q=0.8", "pt-BR")]
    [InlineData("en", "en")]
    [InlineData("EN-gb,en;q=0.9", "en")]
    [InlineData("pt", "pt-BR")]
    [InlineData("pt-PT,en;q=0.9", "pt-BR")]
    [InlineData("fr, en;q=0.4, pt;q=0.7", "pt-BR")]
    [InlineData("fr, en;q=0.7, pt;q=0.4", "en")]
    [InlineData("en;q=0, pt;q=0.1", "pt-BR")]
    [InlineData("en;q=", "pt-BR")]
    [InlineData("\u0001;;;,,,", "pt-BR")]
    public void A_guest_is_spoken_to_in_the_language_they_like_best(string? header, string language) => Assert.Equal(language, GuestLanguage.Of(header));

    [Theory]
    [InlineData("4000000000009995", "insufficient_funds", "saldo", "funds")]
    [InlineData("4000000000000069", "card_expired", "validade", "expiry")]
    [InlineData("4000000000009979", "card_declined", "recusou", "declined")]
    public async Task A_guest_reads_why_the_card_was_declined(string card, string code, string portuguese, string english)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        Assert.Equal(HttpStatusCode.PaymentRequired, await market.ConfirmCardAsync(payment, card));

        var seen = await market.UntilPaymentAsync(held, p => p["failure"] is not null);
        var inEnglish = await market.PaymentAsync(held, "en-GB");

        Assert.Equal((code, code), (CodeOf(seen), CodeOf(inEnglish)));
        Assert.Contains(portuguese, $"{seen["failure"]!["message"]}", StringComparison.Ordinal);
        Assert.Contains(english, $"{inEnglish["failure"]!["message"]}", StringComparison.Ordinal);
        Assert.DoesNotContain("stolen", $"{seen}{inEnglish}", StringComparison.Ordinal);
        Assert.Equal(card[^4..], $"{seen["card_last4"]}");
    }

    [Fact]
    public void Each_refusal_while_paying_has_words_in_two_languages()
    {
        var codes = File.ReadAllText(Path.Combine(TestFolders.Root, "ReserveConnect.Core", "Payments", "OpenPayment.cs"))
            + File.ReadAllText(Path.Combine(TestFolders.Root, "ReserveConnect.Core", "Payments", "RetryPayment.cs"));
        var told = Regex.Matches(codes, "Refusal\\.(?:Conflict|Unprocessable|Unavailable)\\(\"([a-z_]+)\"").Select(found => found.Groups[1].Value).ToHashSet();

        Assert.True(told.Count > 5);
        Assert.Subset(PaymentRefusalWords.Codes.ToHashSet(), told);
        Assert.All(PaymentRefusalWords.Codes, code =>
        {
            var refusal = Refusal.Conflict(code, "For developers.");
            var (portuguese, english) = (WordsOf(refusal, "pt-BR"), WordsOf(refusal, "en"));
            Assert.NotEqual(portuguese, english);
            Assert.All([portuguese, english], message => Assert.Matches(@"^[A-ZÀ-Ú].{10,}\.$", message));
        });
    }

    [Theory]
    [InlineData("pt", "Reserve de novo")]
    [InlineData("en", "book again")]
    public async Task A_guest_reads_why_no_payment_can_be_begun(string language, string words)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        using var leave = new HttpRequestMessage(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}");
        await market.SendAsync(leave);

        using var pay = new HttpRequestMessage(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/pix") { Headers = { { "Accept-Language", language } } };
        var refused = await market.SendAsync(pay);

        Assert.Equal((HttpStatusCode.Conflict, "intent_not_payable"), (refused.Status, $"{refused.Body["code"]}"));
        Assert.Contains(words, $"{refused.Body["message"]}", StringComparison.Ordinal);
    }

    private static string WordsOf(Refusal refusal, string language) => (string)PaymentRefusalWords.Of(refusal, language).Extensions![PaymentRefusalWords.Member]!;

    private static string CodeOf(JsonNode payment) => payment["failure"]!["code"]!.GetValue<string>();
}
