using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Tokens;

namespace ReserveConnect.Tests.Finance.Payouts.Statements;

/// <summary>A line as it is read off a statement.</summary>
internal sealed record ReadLine(int Line, string Entry, decimal Gross, decimal Commission, decimal Tax, decimal Amount);

/// <summary>A statement read back: what somebody with a pencil has before them.</summary>
internal sealed partial record ReadStatement(string Title, string? Language, IReadOnlyList<IReadOnlyList<string>> Pages)
{
    public IEnumerable<string> Rows => Pages.SelectMany(p => p);

    /// <summary>The lines of the table, in the order of the pages.</summary>
    public IReadOnlyList<ReadLine> Lines =>
    [
        .. Rows.Select(row => TableRow().Match(row)).Where(row => row.Success).Select(row => new ReadLine(
            int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row.Groups[2].Value,
            Number(row.Groups[3].Value), Number(row.Groups[4].Value), Number(row.Groups[5].Value), Number(row.Groups[6].Value))),
    ];

    /// <summary>The sums under the table.</summary>
    public ReadLine Total
    {
        get
        {
            var row = TotalRow().Match(string.Join('\n', Rows));
            return new(0, "Total", Number(row.Groups[1].Value), Number(row.Groups[2].Value), Number(row.Groups[3].Value), Number(row.Groups[4].Value));
        }
    }

    public static ReadStatement OfPdf(ReadOnlyMemory<byte> file)
    {
        using var document = PdfDocument.Open(file.ToArray());
        var language = document.Structure.Catalog.CatalogDictionary.TryGet(NameToken.Lang, out StringToken lang) ? lang.Data : null;
        return new(document.Information.Title ?? "", language, [.. document.GetPages().Select(RowsOf)]);
    }

    /// <summary>The records of a CSV, by the names of their columns.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> OfCsv(string text)
    {
        using var csv = CsvReader.Create(new StringReader(text.TrimStart('\uFEFF')), new CsvReaderOptions(), leaveOpen: false);
        var names = text.TrimStart('\uFEFF').Split("\r\n")[0].Split(',');
        List<IReadOnlyDictionary<string, string>> records = [];
        while (csv.Read())
        {
            records.Add(names.ToDictionary(name => name, name => csv.TryGetFieldIndex(name, out var at) ? csv.GetString(at) ?? "" : ""));
        }

        return records;
    }

    // What stands on one height, from left to right.
    private static IReadOnlyList<string> RowsOf(Page page) =>
    [
        .. page.GetWords()
            .GroupBy(word => Math.Round(word.Letters[0].StartBaseLine.Y))
            .OrderByDescending(row => row.Key)
            .Select(row => string.Join(' ', row.OrderBy(word => word.BoundingBox.Left).Select(word => word.Text))),
    ];

    // 1.234,56 and 1,234.56 both: the last two digits are cents.
    private static decimal Number(string text) =>
        decimal.Parse(string.Concat(text.Where(c => char.IsAsciiDigit(c) || c == '-')), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) / 100m;

    [GeneratedRegex(@"^(\d+) (.+?) (-?[\d.,]+[.,]\d\d) (-?[\d.,]+[.,]\d\d) (-?[\d.,]+[.,]\d\d) (-?[\d.,]+[.,]\d\d)$")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"^Total (-?R\$ ?[\d.,]+) (-?R\$ ?[\d.,]+) (-?R\$ ?[\d.,]+) (-?R\$ ?[\d.,]+)$", RegexOptions.Multiline)]
    private static partial Regex TotalRow();
}
