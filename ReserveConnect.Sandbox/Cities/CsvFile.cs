using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using CsvHelper;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>A CSV file with a header, unpacked if its name ends in <c>.gz</c>, read by columns of known names.</summary>
internal sealed class CsvFile : IDisposable
{
    private const int LargestRecord = 1 << 20;

    private readonly string _path;
    private readonly CsvReader _csv;
    private readonly int[] _columns;

    /// <summary>Opens the file; columns are numbered as in <paramref name="columns"/>.</summary>
    /// <exception cref="InvalidDataException">One is missing.</exception>
    public CsvFile(string path, params string[] columns)
    {
        _path = path;
        _csv = CsvReader.Create(
            OpenRead(path),
            new CsvReaderOptions { Separator = ',', FormatProvider = CultureInfo.InvariantCulture, MaxRecordSize = LargestRecord },
            leaveOpen: false);
        _columns = Array.ConvertAll(columns, name => _csv.TryGetFieldIndex(name, out var index)
            ? index
            : throw new InvalidDataException($"{path}: there is no column '{name}'."));
    }

    /// <summary>Goes to the next row; false: there is none.</summary>
    /// <exception cref="InvalidDataException">The row is no CSV.</exception>
    public bool Read()
    {
        try
        {
            return _csv.Read();
        }
        catch (CsvFormatException e)
        {
            throw new InvalidDataException($"{_path}: {e.Message}", e);
        }
    }

    /// <summary>A field's bytes, valid until the next row.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => _csv.GetSpan(_columns[column]);

    /// <summary>A field's text.</summary>
    public string Text(int column) => _csv.GetString(_columns[column]);

    /// <summary>The text of a column that a file may have or not; null: it has none, or nothing in it.</summary>
    public string? Optional(string name) => _csv.TryGetFieldIndex(name, out var index) && _csv.GetString(index) is { Length: > 0 } text ? text : null;

    /// <summary>A day.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public DateOnly Date(int column)
    {
        var bytes = Bytes(column);
        return bytes.Length == 10
            && Utf8Parser.TryParse(bytes[..4], out int year, out var used) && used == 4
            && Utf8Parser.TryParse(bytes[5..7], out int month, out used) && used == 2
            && Utf8Parser.TryParse(bytes[8..], out int day, out used) && used == 2
            && year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
                ? new DateOnly(year, month, day)
                : throw Unreadable(column);
    }

    /// <summary>A whole number, 0 if blank; decimals are cut off.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public long Number(int column)
    {
        var bytes = Bytes(column);
        if (bytes.IsEmpty)
            return 0;
        return Utf8Parser.TryParse(bytes, out long number, out var used) && (used == bytes.Length || bytes[used] == '.')
            ? number
            : throw Unreadable(column);
    }

    /// <summary>A decimal number, null if blank.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public decimal? Decimal(int column)
    {
        var bytes = Bytes(column);
        if (bytes.IsEmpty)
            return null;
        return Utf8Parser.TryParse(bytes, out decimal number, out var used) && used == bytes.Length ? number : throw Unreadable(column);
    }

    /// <summary>A price such as <c>175.00</c> or <c>$1,200.00</c> in cents, 0 if blank.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public int Cents(int column)
    {
        var bytes = Bytes(column);
        if (bytes.IsEmpty)
            return 0;
        if (Utf8Parser.TryParse(bytes, out decimal plain, out var used) && used == bytes.Length)
            return (int)decimal.Round(plain * 100);
        return decimal.TryParse(Text(column).AsSpan().TrimStart('$'), NumberStyles.Number, CultureInfo.InvariantCulture, out var amount)
            ? (int)decimal.Round(amount * 100)
            : throw Unreadable(column);
    }

    /// <summary>What is thrown for a field that cannot be read.</summary>
    public InvalidDataException Unreadable(int column, Exception? why = null) => Unreadable(Text(column), why);

    /// <inheritdoc cref="Unreadable(int, Exception?)"/>
    public InvalidDataException Unreadable(string text, Exception? why = null) => new($"{_path}, row {_csv.RowNumber}: cannot read '{text}'.", why);

    public void Dispose() => _csv.Dispose();

    private static Stream OpenRead(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
