using System.Text;
using UglyToad.PdfPig.Fonts.TrueType;
using UglyToad.PdfPig.Fonts.TrueType.Parser;

namespace ReserveConnect.Finance.Payouts.Statements;

/// <summary>
/// A face of Roboto, which comes with the program: no font of the machine is asked for (docs/decisions/payout-statements.md). Its digits
/// are all as wide as each other, so columns of amounts stand.
/// </summary>
internal sealed class StatementFont
{
    private const char Unknown = '?';

    // Of each character of the basic plane its width in parts of the size; NaN: the face has none.
    private readonly float[] _widths = new float[char.MaxValue + 1];

    private StatementFont(string file)
    {
        using var stream = typeof(StatementFont).Assembly.GetManifestResourceStream(file) ?? throw new InvalidOperationException($"No font {file} in the program.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        File = bytes;
        var font = TrueTypeFontParser.Parse(new TrueTypeDataBytes(bytes));
        var unit = (float)font.GetUnitsPerEm();
        for (var code = 0; code < _widths.Length; code++)
        {
            _widths[code] = font.WindowsUnicodeCMap.CharacterCodeToGlyphIndex(code) > 0 && font.TryGetAdvanceWidth(code, out var width)
                ? (float)width / unit
                : float.NaN;
        }
    }

    public static StatementFont Regular { get; } = new("Roboto-Regular.ttf");

    public static StatementFont Bold { get; } = new("Roboto-Bold.ttf");

    public ReadOnlyMemory<byte> File { get; }

    /// <summary>The text on one line, in characters that the face has; others are question marks.</summary>
    public string Known(string text) => string.Concat(text.EnumerateRunes().Select(Known));

    /// <summary>How long a text of known characters is, in points.</summary>
    public double Width(string text, double size) => text.Sum(c => (double)_widths[c]) * size;

    /// <summary>The text, or as much of its beginning as there is room for and three dots.</summary>
    public string Cut(string text, double size, double room)
    {
        if (Width(text, size) <= room)
        {
            return text;
        }

        const string Dots = "...";
        var length = text.Length;
        while (length > 0 && Width(text[..length] + Dots, size) > room)
        {
            length--;
        }

        return text[..length].TrimEnd() + Dots;
    }

    /// <summary>The text in at most two lines, broken at a space where there is one.</summary>
    public IReadOnlyList<string> TwoLines(string text, double size, double room)
    {
        if (Width(text, size) <= room)
        {
            return [text];
        }

        var end = text.Length;
        while (end > 1 && Width(text[..end], size) > room)
        {
            end--;
        }

        var space = text.LastIndexOf(' ', end - 1);
        var at = space > 0 ? space : end;
        return [text[..at].TrimEnd(), Cut(text[at..].TrimStart(), size, room)];
    }

    private char Known(Rune rune) => Rune.IsControl(rune) ? ' ' : rune.IsBmp && float.IsFinite(_widths[rune.Value]) ? (char)rune.Value : Unknown;
}
