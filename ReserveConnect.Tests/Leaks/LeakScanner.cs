using System.Text.RegularExpressions;
using ReserveConnect.Privacy;

namespace ReserveConnect.Tests.Leaks;

/// <summary>Something in a text that must be in no log and no trace.</summary>
/// <param name="Kind"><c>e-mail</c>, <c>document</c>, <c>card</c>, <c>token</c>, <c>secret</c> or <c>pix</c>.</param>
internal sealed record Leak(string Kind, string Found);

/// <summary>
/// Finds personal data, tokens and secrets in a line of a log or a tag of a trace. Ids, hashes and amounts are none: what is
/// only a number must have right check digits, and what is only random must look like our tokens and like nothing else.
/// </summary>
internal static partial class LeakScanner
{
    public static IEnumerable<Leak> Scan(string text)
    {
        foreach (var (kind, pattern, isOne) in Kinds)
        {
            for (var match = pattern.Match(text); match.Success; match = match.NextMatch())
            {
                if (isOne(match.Value))
                    yield return new(kind, match.Value);
            }
        }
    }

    private static readonly (string Kind, Regex Pattern, Func<string, bool> IsOne)[] Kinds =
    [
        // An address of an erased account names nobody.
        ("e-mail", Email(), found => !found.EndsWith("@erased.invalid", StringComparison.Ordinal)),
        ("document", Document(), found => TaxDocument.Parse(found) is not null),
        ("card", Card(), IsCard),
        ("token", Jwt(), _ => true),
        ("token", Bearer(), _ => true),
        ("token", Opaque(), IsOpaqueToken),
        ("secret", Secret(), _ => true),
        ("pix", Pix(), _ => true),
    ];

    // Luhn, and a length and first digits that card schemes give out.
    private static bool IsCard(string found)
    {
        var digits = string.Concat(found.Where(char.IsAsciiDigit));
        return CardNumber().IsMatch(digits) && digits.Reverse().Select((digit, at) => Doubled(digit - '0', at % 2 == 1)).Sum() % 10 == 0;
    }

    private static int Doubled(int digit, bool isDoubled) => !isDoubled ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;

    // Refresh tokens are 32 random bytes in base64url, tokens of mails 48: a hash in hex has no capitals, a name of a type
    // hardly a digit.
    private static bool IsOpaqueToken(string found) =>
        found.Count(char.IsAsciiDigit) >= 3 && found.Count(char.IsAsciiLetterUpper) >= 7 && found.Count(char.IsAsciiLetterLower) >= 7;

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Email();

    // With punctuation, or named as one: eleven bare digits are an id of a payment provider one time in a hundred.
    [GeneratedRegex(
        @"(?<![\w.-])(?:\d{3}\.\d{3}\.\d{3}-\d{2}|[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2})(?![\w-]|\.\d)|(?<=(?:cpf|cnpj|document|identification|tax_?id|number)\W{0,5})\d{11}(?:\d{3})?(?!\w)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Document();

    [GeneratedRegex(@"(?<![\w.-])(?:\d{12,19}|\d{4}(?:[ -]\d{4}){2}[ -]\d{1,7}|\d{4}[ -]\d{6}[ -]\d{5})(?![\w-]|\.\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Card();

    [GeneratedRegex(@"^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|(?:6011|65|64[4-9]|5067|5090|4389|6277|6062)\d{10,15}|3(?:0[0-5]|[68]\d)\d{11})$", RegexOptions.CultureInvariant)]
    private static partial Regex CardNumber();

    [GeneratedRegex(@"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}", RegexOptions.CultureInvariant)]
    private static partial Regex Jwt();

    [GeneratedRegex(@"\b(?:Bearer|Basic)\s+(?=\S*[\d_])[\w.~+/-]{12,}=*", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"(?<![\w-])(?:[A-Za-z0-9_-]{64}|[A-Za-z0-9_-]{43})(?![\w-])", RegexOptions.CultureInvariant)]
    private static partial Regex Opaque();

    // Keys by their providers' prefixes, those of the sandbox and of the tests, and passwords of connection strings.
    [GeneratedRegex(
        @"\b(?:sk|rk)_(?:test|live)_\w+|\bwhsec_\w+|\b(?:pi|seti)_\w+_secret_\w+|\bSG\.[\w.-]{5,}|\b(?-i:APP_USR|TEST)-[\w-]{10,}|\bhc_\w*(?:key|secret)\w*|\bmp_\w*secret\w*|operator-key-of-the-tests|\bPassword=[^;\s*]+|\bSharedAccessKey=[^;\s]+|\bAccountKey=[^;\s]+",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex(@"00020[01]\d{2}.{0,60}br\.gov\.bcb\.pix|00020[01][\x20-\x7e]{20,600}?6304[0-9A-F]{4}(?![0-9A-F])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Pix();
}
