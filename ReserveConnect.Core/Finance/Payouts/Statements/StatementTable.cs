namespace ReserveConnect.Finance.Payouts.Statements;

/// <summary>The lines of a statement as a table, sheet by sheet.</summary>
internal sealed class StatementTable(StatementPaper paper, StatementWords words, double left, double right)
{
    private const double HeadHeight = 20;
    private const double RowHeight = 15;
    // Of a line whose origin is said below it.
    private const double TallRowHeight = 24;
    private const double AmountRoom = 53;
    private const double Gap = 4;

    private static readonly Ink Heading = new(7.5, IsBold: true, Grey: 60);
    private static readonly Ink Cell = new(8);
    private static readonly Ink Strong = new(8, IsBold: true);
    private static readonly Ink Detail = new(7, Grey: 110);

    private readonly double _number = left + 22;
    private readonly double _entry = left + 30;
    private readonly double _code = left + 128;
    private readonly double _checkIn = left + 190;
    private readonly double _checkOut = left + 241;
    private readonly double[] _amounts = [right - 3 * (AmountRoom + Gap), right - 2 * (AmountRoom + Gap), right - (AmountRoom + Gap), right];

    /// <summary>Which lines stand on which sheet. The totals stand under the last line, never alone.</summary>
    /// <param name="first">Room on the first sheet, in points.</param>
    /// <param name="next">Room on every other.</param>
    /// <param name="totals">What the totals need.</param>
    public static IReadOnlyList<IReadOnlyList<StatementLine>> Sheets(IReadOnlyList<StatementLine> lines, double first, double next, double totals)
    {
        List<List<StatementLine>> sheets = [[]];
        var room = first - HeadHeight;
        for (var i = 0; i < lines.Count; i++)
        {
            var needed = HeightOf(lines[i]) + (i == lines.Count - 1 ? totals : 0);
            if (needed > room)
            {
                sheets.Add([]);
                room = next - HeadHeight;
            }

            sheets[^1].Add(lines[i]);
            room -= HeightOf(lines[i]);
        }

        return sheets;
    }

    /// <summary>Writes the headings and some lines.</summary>
    /// <returns>Where it ends.</returns>
    public double Write(IReadOnlyList<StatementLine> lines, double top)
    {
        paper.WriteUpTo(_number, top + 11, words.Line, Heading);
        paper.Write(_entry, top + 11, words.Entry, Heading);
        paper.Write(_code, top + 11, words.Code, Heading);
        paper.Write(_checkIn, top + 11, words.CheckIn, Heading);
        paper.Write(_checkOut, top + 11, words.CheckOut, Heading);
        string[] names = [words.Gross, words.Commission, words.Tax, words.Amount];
        for (var i = 0; i < names.Length; i++)
        {
            paper.WriteUpTo(_amounts[i], top + 11, names[i], Heading, AmountRoom);
        }

        paper.Rule(left, right, top + HeadHeight - 4, grey: 60, thickness: 0.75);
        var y = top + HeadHeight;
        foreach (var line in lines)
        {
            Write(line, y + 7);
            y += HeightOf(line);
            paper.Rule(left, right, y - 4, grey: 225, thickness: 0.4);
        }

        return y;
    }

    /// <summary>The sum of each column.</summary>
    /// <returns>Where it ends.</returns>
    public double WriteTotals(PayoutStatement statement, double top)
    {
        paper.Rule(left, right, top - 4, grey: 60, thickness: 0.75);
        paper.Write(_entry, top + 8, words.Total, Strong);
        WriteAmounts(top + 8, words.Money, Strong, statement.Gross, statement.Commission, statement.Tax, statement.Net);
        paper.Rule(left, right, top + 14, grey: 60, thickness: 0.75);
        return top + 18;
    }

    private static double HeightOf(StatementLine line) => line.CarriedFrom is null ? RowHeight : TallRowHeight;

    private void Write(StatementLine line, double y)
    {
        var entry = line.TaxType is null ? words.Kind(line.Kind) : $"{words.Kind(line.Kind)}: {line.TaxType} {words.Rate(line.TaxRate ?? 0)}";
        paper.WriteUpTo(_number, y, line.Line.ToString(System.Globalization.CultureInfo.InvariantCulture), Detail, _number - left);
        // What is of no booking has the places of its code and dates.
        paper.Write(_entry, y, entry, Cell, (line.ConfirmationCode is null ? _amounts[0] - AmountRoom : _code) - _entry - Gap);
        paper.Write(_code, y, line.ConfirmationCode ?? "", Cell, _checkIn - _code - Gap);
        paper.Write(_checkIn, y, line.CheckIn is { } checkIn ? words.Date(checkIn) : "", Cell);
        paper.Write(_checkOut, y, line.CheckOut is { } checkOut ? words.Date(checkOut) : "", Cell);
        WriteAmounts(y, words.Number, Cell, line.Gross, line.Commission, line.Tax, line.Amount);
        if (line.CarriedFrom is { } from)
        {
            paper.Write(_entry, y + 9, StatementWords.Filled(words.CarriedFromForm, from), Detail);
        }
    }

    private void WriteAmounts(double y, Func<decimal, string> written, Ink ink, params ReadOnlySpan<decimal> amounts)
    {
        for (var i = 0; i < amounts.Length; i++)
        {
            paper.WriteUpTo(_amounts[i], y, written(amounts[i]), ink, AmountRoom);
        }
    }
}
