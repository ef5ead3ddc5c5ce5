using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>
/// Reads the report of the account's money. Its columns and their separator are set in Mercado Pago's panel; those that are read
/// here have to be among them. What cannot be read throws <see cref="InvalidDataException"/>: half a report is none.
/// </summary>
internal static class ReportReading
{
    /// <summary>Lines that are in memory at once.</summary>
    public const int Part = 5_000;

    // A report with a longer first line is none.
    private const int MostHeader = 64 * 1024;

    private const string Currency = "TRANSACTION_CURRENCY";

    // EXTERNAL_REFERENCE: without it no refund and no payout would be found in the books.
    private static readonly string[] Needed =
        ["SOURCE_ID", "TRANSACTION_TYPE", "TRANSACTION_AMOUNT", "TRANSACTION_DATE", "FEE_AMOUNT", "EXTERNAL_REFERENCE"];

    /// <summary>Every line as it comes. The file has no ids of its own: lines that say the same are numbered.</summary>
    /// <param name="file">The file.</param>
    /// <param name="mostLines">More are not read.</param>
    public static async IAsyncEnumerable<ProviderTransaction> LinesAsync(Stream file, int mostLines, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pipe = PipeReader.Create(file);
        await using var csv = CsvReader.Create(
            pipe.AsStream(),
            new CsvReaderOptions { Separator = await SeparatorAsync(pipe, cancellation), FormatProvider = CultureInfo.InvariantCulture },
            leaveOpen: false);
        var hasLine = await ReadAsync(csv, cancellation);
        var columns = Array.ConvertAll(Needed, name => csv.TryGetFieldIndex(name, out var index) ? index : throw new InvalidDataException($"a report without {name}"));
        var currency = csv.TryGetFieldIndex(Currency, out var found) ? found : (int?)null;
        var seen = new Dictionary<UInt128, int>();
        for (var lines = 0; hasLine; lines++)
        {
            if (lines == mostLines)
                throw new InvalidDataException($"a report of more than {mostLines} lines");
            yield return Line(csv, columns, currency, seen);
            hasLine = await ReadAsync(csv, cancellation);
        }
    }

    private static async ValueTask<bool> ReadAsync(CsvReader csv, CancellationToken cancellation)
    {
        try
        {
            return await csv.ReadAsync(cancellation);
        }
        catch (CsvFormatException malformed)
        {
            throw new InvalidDataException("a report that cannot be read", malformed);
        }
    }

    // Looks at the first line without taking it.
    private static async Task<char> SeparatorAsync(PipeReader pipe, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancellation);
            var end = read.Buffer.PositionOf((byte)'\n');
            if (end is null && !read.IsCompleted && read.Buffer.Length < MostHeader)
            {
                pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            if (end is null && !read.IsCompleted)
                throw new InvalidDataException("a report without a first line");
            var header = end is { } there ? read.Buffer.Slice(0, there) : read.Buffer;
            var separator = header.PositionOf((byte)';') is null ? ',' : ';';
            pipe.AdvanceTo(read.Buffer.Start);
            return separator;
        }
    }

    private static ProviderTransaction Line(CsvReader csv, int[] columns, int? currency, Dictionary<UInt128, int> seen)
    {
        var (source, type) = (csv.GetString(columns[0]), csv.GetString(columns[1]));
        var (amount, at, fee) = (Number(csv.GetString(columns[2])), csv.GetString(columns[3]), Number(csv.GetString(columns[4])));
        var said = $"{type}:{source}:{amount.ToString(CultureInfo.InvariantCulture)}:{at}";
        // Of a million lines their sums are kept, not their words.
        var sum = BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(said)));
        var times = seen[sum] = seen.GetValueOrDefault(sum) + 1;
        return new ProviderTransaction(
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
            csv.GetString(columns[5]) is { Length: > 0 } ours ? ours : null);
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
