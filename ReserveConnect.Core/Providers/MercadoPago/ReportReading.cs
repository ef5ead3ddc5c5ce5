using System.Globalization;
using CsvHelper;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>
/// Reads the report of the account's money. Its columns and their separator are set in Mercado Pago's panel; those that are read
/// here have to be among them. What cannot be read throws <see cref="InvalidDataException"/>: half a report is none.
/// </summary>
internal static class ReportReading
{
    private const string Reference = "EXTERNAL_REFERENCE";
    private const string Currency = "TRANSACTION_CURRENCY";
    private static readonly string[] Needed = ["SOURCE_ID", "TRANSACTION_TYPE", "TRANSACTION_AMOUNT", "TRANSACTION_DATE", "FEE_AMOUNT"];

    /// <summary>Every line. The file has no ids of its own: lines that say the same are numbered.</summary>
    /// <param name="file">The file.</param>
    /// <param name="mostLines">More are not read.</param>
    public static IReadOnlyList<ProviderTransaction> Lines(byte[] file, int mostLines)
    {
        var header = file.AsSpan(0, file.AsSpan().IndexOf((byte)'\n') is >= 0 and var end ? end : file.Length);
        using var stream = new MemoryStream(file);
        using var csv = CsvReader.Create(
            stream,
            new CsvReaderOptions { Separator = header.Contains((byte)';') ? ';' : ',', FormatProvider = CultureInfo.InvariantCulture },
            leaveOpen: false);
        try
        {
            return Lines(csv, mostLines);
        }
        catch (CsvFormatException malformed)
        {
            throw new InvalidDataException("a report that cannot be read", malformed);
        }
    }

    private static List<ProviderTransaction> Lines(CsvReader csv, int mostLines)
    {
        var columns = Array.ConvertAll(Needed, name => csv.TryGetFieldIndex(name, out var index) ? index : throw new InvalidDataException($"a report without {name}"));
        var reference = csv.TryGetFieldIndex(Reference, out var found) ? found : (int?)null;
        var currency = csv.TryGetFieldIndex(Currency, out found) ? found : (int?)null;
        var lines = new List<ProviderTransaction>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        while (csv.Read())
        {
            if (lines.Count == mostLines)
                throw new InvalidDataException($"a report of more than {mostLines} lines");
            var (source, type) = (csv.GetString(columns[0]), csv.GetString(columns[1]));
            var (amount, at, fee) = (Number(csv.GetString(columns[2])), csv.GetString(columns[3]), Number(csv.GetString(columns[4])));
            var said = $"{type}:{source}:{amount.ToString(CultureInfo.InvariantCulture)}:{at}";
            var times = seen[said] = seen.GetValueOrDefault(said) + 1;
            lines.Add(new ProviderTransaction(
                times == 1 ? said : $"{said}:{times}",
                type,
                MovementOf(type),
                source,
                source,
                amount,
                // The report has what is taken with a minus.
                -fee,
                currency is { } named && csv.GetString(named) is { Length: 3 } code ? code.ToUpperInvariant() : "BRL",
                DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
                    ? instant.ToUniversalTime()
                    : throw new InvalidDataException("a line without its instant"),
                reference is { } ours && csv.GetString(ours) is { Length: > 0 } text ? text : null));
        }

        return lines;
    }

    private static string MovementOf(string type) => type switch
    {
        "SETTLEMENT" => ProviderMovement.Payment,
        "REFUND" => ProviderMovement.Refund,
        "CHARGEBACK" => ProviderMovement.Dispute,
        "PAYOUT" or "PAYOUTS" or "PAYOUT_REFUND" => ProviderMovement.Payout,
        _ => type.ToLowerInvariant(),
    };

    private static decimal Number(string text) =>
        text.Length == 0 ? 0m
        : decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && decimal.Round(number, 2) == number ? number
        : throw new InvalidDataException("a line without its amount");
}
