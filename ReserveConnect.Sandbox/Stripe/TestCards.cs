using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>What a card does when it is charged.</summary>
/// <param name="Code">Error code; null: it pays.</param>
/// <param name="DeclineCode">The bank's reason.</param>
/// <param name="Message">Said to the guest.</param>
/// <param name="NeedsAuthentication">The bank asks for 3-D Secure first.</param>
internal sealed record CardBehaviour(string? Code = null, string? DeclineCode = null, string Message = "", bool NeedsAuthentication = false)
{
    /// <summary>Why the cardholder disputes the charge as soon as it is paid; null: not at all.</summary>
    public string? Dispute { get; init; }

    /// <summary>The dispute is an inquiry, and no money moves.</summary>
    public bool IsInquiry { get; init; }
}

/// <summary>Stripe's published test cards and the tokens that stand for them.</summary>
internal static class TestCards
{
    private const string Declined = "Your card was declined.";

    private static readonly Dictionary<string, CardBehaviour> _behaviours = new(StringComparer.Ordinal)
    {
        ["4000000000000002"] = new("card_declined", "generic_decline", Declined),
        ["4000000000009995"] = new("card_declined", "insufficient_funds", "Your card has insufficient funds."),
        ["4000000000009987"] = new("card_declined", "lost_card", Declined),
        ["4000000000009979"] = new("card_declined", "stolen_card", Declined),
        ["4000000000006975"] = new("card_declined", "card_velocity_exceeded", Declined),
        ["4000000000000069"] = new("expired_card", "expired_card", "Your card has expired."),
        ["4000000000000127"] = new("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
        ["4000000000000119"] = new("processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit."),
        ["4000002760003184"] = new(NeedsAuthentication: true),
        ["4000000000003220"] = new(NeedsAuthentication: true),
        ["4000002500003155"] = new(NeedsAuthentication: true),
        ["4000008400001629"] = new("card_declined", "generic_decline", Declined, NeedsAuthentication: true),
        ["4000000000000259"] = new() { Dispute = "fraudulent" },
        ["4000000000002685"] = new() { Dispute = "product_not_received" },
        ["4000000000001976"] = new() { Dispute = "fraudulent", IsInquiry = true },
        ["4000008260003178"] = new("card_declined", "insufficient_funds", "Your card has insufficient funds.", NeedsAuthentication: true),
    };

    private static readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal)
    {
        ["pm_card_visa"] = "4242424242424242",
        ["pm_card_visa_debit"] = "4000056655665556",
        ["pm_card_mastercard"] = "5555555555554444",
        ["pm_card_mastercard_debit"] = "5200828282828210",
        ["pm_card_amex"] = "378282246310005",
        ["pm_card_br"] = "4000000760000002",
        ["pm_card_chargeDeclined"] = "4000000000000002",
        ["pm_card_visa_chargeDeclined"] = "4000000000000002",
        ["pm_card_chargeDeclinedInsufficientFunds"] = "4000000000009995",
        ["pm_card_visa_chargeDeclinedInsufficientFunds"] = "4000000000009995",
        ["pm_card_visa_chargeDeclinedLostCard"] = "4000000000009987",
        ["pm_card_visa_chargeDeclinedStolenCard"] = "4000000000009979",
        ["pm_card_visa_chargeDeclinedVelocityLimitExceeded"] = "4000000000006975",
        ["pm_card_chargeDeclinedExpiredCard"] = "4000000000000069",
        ["pm_card_chargeDeclinedIncorrectCvc"] = "4000000000000127",
        ["pm_card_chargeDeclinedProcessingError"] = "4000000000000119",
        ["pm_card_createDispute"] = "4000000000000259",
        ["pm_card_createDisputeProductNotReceived"] = "4000000000002685",
        ["pm_card_createDisputeInquiry"] = "4000000000001976",
        ["pm_card_authenticationRequired"] = "4000002760003184",
        ["pm_card_threeDSecure2Required"] = "4000000000003220",
        ["pm_card_threeDSecureRequired"] = "4000000000003220",
        ["pm_card_authenticationRequiredOnSetup"] = "4000002500003155",
        ["pm_card_threeDSecureRequiredChargeDeclined"] = "4000008400001629",
        ["pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"] = "4000008260003178",
    };

    /// <summary>What a number does; numbers that are not listed pay.</summary>
    public static CardBehaviour Behaviour(string number) => _behaviours.GetValueOrDefault(number) ?? new CardBehaviour();

    /// <summary>The payment method that a token such as <c>pm_card_visa</c> stands for, new each time; null: no such token.</summary>
    public static PaymentMethod? FromToken(string token, DateTimeOffset now) =>
        _tokens.TryGetValue(token, out var number) ? Of(number, 12, now.Year + 3, now, null, null) : null;

    /// <summary>A payment method for a card.</summary>
    public static PaymentMethod Of(string number, int expMonth, int expYear, DateTimeOffset now, string? name, string? email)
    {
        var brand = number[0] switch { '3' => "amex", '5' or '2' => "mastercard", '6' => "discover", _ => "visa" };
        var country = number.StartsWith("400000076", StringComparison.Ordinal) ? "BR" : "US";
        var funding = number is "4000056655665556" or "5200828282828210" ? "debit" : "credit";
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(number)))[..16];
        var card = new Card(brand, number[^4..], country, funding, expMonth, expYear, fingerprint);
        return new PaymentMethod(StripeId.New("pm_1"), card, number, now.ToUnixTimeSeconds(), name, email);
    }

    /// <summary>What is wrong with card data as typed, null if nothing.</summary>
    public static CardBehaviour? Mistyped(string number, string expMonth, string expYear, string? cvc, DateTimeOffset now)
    {
        if (number.Length is < 12 or > 19 || !number.All(char.IsAsciiDigit) || !PassesLuhn(number))
            return new CardBehaviour("incorrect_number", null, "Your card number is incorrect.");
        if (!int.TryParse(expMonth, NumberStyles.None, CultureInfo.InvariantCulture, out var month) || month is < 1 or > 12)
            return new CardBehaviour("invalid_expiry_month", null, "Your card's expiration month is invalid.");
        if (!int.TryParse(expYear, NumberStyles.None, CultureInfo.InvariantCulture, out var year) || (Full(year), month).CompareTo((now.Year, now.Month)) < 0)
            return new CardBehaviour("invalid_expiry_year", null, "Your card's expiration year is invalid.");
        if (cvc is not null && (cvc.Length is < 3 or > 4 || !cvc.All(char.IsAsciiDigit)))
            return new CardBehaviour("invalid_cvc", null, "Your card's security code is invalid.");
        return null;
    }

    /// <summary>A year as typed, with its century.</summary>
    public static int Full(int year) => year < 100 ? 2000 + year : year;

    private static bool PassesLuhn(string number)
    {
        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var digit = number[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : (digit * 2 / 10) + (digit * 2 % 10);
        }

        return sum % 10 == 0;
    }
}
