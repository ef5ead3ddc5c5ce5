namespace ReserveConnect.Privacy;

/// <summary>
/// A CPF (a person's) or a CNPJ (a company's; its first twelve places may be letters since 2026) whose check digits are
/// right. As text it is masked: whoever writes one to a log or a column writes no number of anybody.
/// </summary>
public sealed record TaxDocument
{
    private const int CpfLength = 11;
    private const int CnpjLength = 14;
    private const int CheckDigits = 2;

    private TaxDocument(string clear) => Clear = clear;

    /// <summary>The number without punctuation: for whom the law wants it told, and nobody else.</summary>
    public string Clear { get; }

    /// <summary>Whether it is a person's.</summary>
    public bool IsCpf => Clear.Length == CpfLength;

    /// <summary>The same as people write it: <c>123.456.789-09</c>, <c>12.345.678/0001-95</c>.</summary>
    public string Written => IsCpf
        ? $"{Clear[..3]}.{Clear[3..6]}.{Clear[6..9]}-{Clear[9..]}"
        : $"{Clear[..2]}.{Clear[2..5]}.{Clear[5..8]}/{Clear[8..12]}-{Clear[12..]}";

    /// <summary>The document that a text is, with or without punctuation; null: its length or its check digits are wrong.</summary>
    public static TaxDocument? Parse(string? text)
    {
        var clear = Plain(text);
        return clear.Length switch
        {
            CpfLength when clear.All(char.IsAsciiDigit) && IsSound(clear, CpfWeight) => new(clear),
            CnpjLength when clear[^CheckDigits..].All(char.IsAsciiDigit) && IsSound(clear, CnpjWeight) => new(clear),
            _ => null,
        };
    }

    /// <summary>
    /// What may be kept of a text that is meant as a document, right or wrong: <c>***.456.789-**</c> of a CPF,
    /// <c>**.456.789/****-**</c> of a CNPJ, <c>***</c> of anything else, null of nothing.
    /// </summary>
    public static string? Mask(string? text)
    {
        var plain = Plain(text);
        return plain.Length switch
        {
            0 => null,
            CpfLength when plain.All(char.IsAsciiDigit) => $"***.{plain[3..6]}.{plain[6..9]}-**",
            CnpjLength => $"**.{plain[2..5]}.{plain[5..8]}/****-**",
            _ => "***",
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Mask(Clear)!;

    private static string Plain(string? text) => string.Concat((text ?? "").Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    // Nobody has the number of one digit only, though its check digits are right.
    private static bool IsSound(string clear, Func<int, int> weight) =>
        clear.Distinct().Count() > 1
        && Enumerable.Range(clear.Length - CheckDigits, CheckDigits).All(at => clear[at] - '0' == CheckDigit(clear[..at], weight));

    /// <param name="before">What the digit is computed of.</param>
    /// <param name="weight">By the distance from the digit, from 1 on.</param>
    private static int CheckDigit(string before, Func<int, int> weight)
    {
        var rest = before.Select((place, at) => (place - '0') * weight(before.Length - at)).Sum() % 11;
        return rest < 2 ? 0 : 11 - rest;
    }

    private static int CpfWeight(int distance) => distance + 1;

    private static int CnpjWeight(int distance) => (distance - 1) % 8 + 2;
}
