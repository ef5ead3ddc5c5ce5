namespace ReserveConnect.Finance.Payouts.Statements;

/// <summary>
/// A statement as pages: who is paid what on the first, then every line, the headings again on each page, and at the end the sum of each
/// column, so that the payout can be added up with a pencil.
/// </summary>
internal static class StatementPdf
{
    private const double Left = 42;
    private const double Right = StatementPaper.Width - Left;
    private const double Middle = StatementPaper.Width / 2 + 8;
    private const double Bottom = StatementPaper.Height - 56;
    private const double FirstTop = 246;
    // Where the table begins when something is said above it.
    private const double TopUnderNote = 268;
    private const double NextTop = 78;
    private const double TotalsHeight = 54;

    private static readonly Ink Small = new(7, Grey: 110);
    private static readonly Ink Value = new(9);
    private static readonly Ink Name = new(13, IsBold: true);
    private static readonly Ink Sum = new(12);
    private static readonly Ink NetSum = new(14, IsBold: true, Grey: 0);

    /// <param name="at">When it is issued.</param>
    public static ReadOnlyMemory<byte> Make(PayoutStatement statement, StatementWords words, StatementIssuer issuer, DateTimeOffset at)
    {
        using var paper = new StatementPaper(
            $"{words.Title}, {words.Between(statement.PeriodStart, statement.PeriodEnd)}", issuer.Name, words.Language, at);
        var table = new StatementTable(paper, words, Left, Right);
        var firstTop = words.StatusNote(statement.Status) is null ? FirstTop : TopUnderNote;
        var sheets = StatementTable.Sheets(statement.Lines, Bottom - firstTop, Bottom - NextTop, TotalsHeight);
        for (var sheet = 0; sheet < sheets.Count; sheet++)
        {
            paper.NextSheet();
            if (sheet == 0)
            {
                WriteHead(paper, statement, words, issuer);
            }
            else
            {
                WriteNextHead(paper, statement, words, issuer);
            }

            var y = table.Write(sheets[sheet], sheet == 0 ? firstTop : NextTop);
            if (sheet == sheets.Count - 1)
            {
                y = table.WriteTotals(statement, y);
                paper.Write(Left, y + 16, words.Explanation, Small);
            }

            WriteFoot(paper, statement, words, at, (sheet + 1, sheets.Count));
        }

        return paper.Bound();
    }

    private static void WriteHead(StatementPaper paper, PayoutStatement statement, StatementWords words, StatementIssuer issuer)
    {
        paper.WriteName(Left, 56, issuer.Name, Name, Middle - Left);
        if (issuer.Document is { } document)
        {
            paper.Write(Left, 69, $"CNPJ {document}", Small);
        }

        paper.WriteUpTo(Right, 56, words.Title, Name);
        paper.WriteUpTo(Right, 69, words.Between(statement.PeriodStart, statement.PeriodEnd), Small);
        paper.Rule(Left, Right, 80, grey: 60, thickness: 1);

        WriteProperty(paper, statement, words);
        Field(paper, Middle, 96, words.Status, words.StatusName(statement.Status));
        Field(paper, Left, 133, words.Payout, statement.Id.ToString());
        Field(paper, Middle, 133, words.PaidTo, statement is { Method: { } method, Destination: { } destination } ? words.Destination(method, destination) : null);
        Field(paper, Left, 160, words.Transfer, statement.TransferId);
        // Sent and returned share their half.
        Field(paper, Middle, 160, words.Sent, statement.CompletedAt is { } sent ? words.Time(sent) : null);
        if (statement.ReturnedAt is { } returned)
        {
            Field(paper, Middle + 125, 160, words.Returned, words.Time(returned));
        }

        WriteSums(paper, statement, words);
        if (words.StatusNote(statement.Status) is { } note)
        {
            paper.Write(Left, 246, note, new Ink(8, IsBold: true, Grey: 60), Right - Left);
        }
    }

    // A name is not cut where two lines suffice.
    private static void WriteProperty(StatementPaper paper, PayoutStatement statement, StatementWords words)
    {
        paper.Write(Left, 96, words.Property, Small);
        var lines = Value.Font.TwoLines(Value.Font.Known(statement.PropertyName), Value.Size, Middle - Left - 12);
        for (var line = 0; line < lines.Count; line++)
        {
            paper.WriteName(Left, 107 + 11 * line, lines[line], Value, Middle - Left - 12);
        }
    }

    private static void Field(StatementPaper paper, double x, double y, string name, string? value)
    {
        paper.Write(x, y, name, Small);
        paper.Write(x, y + 11, value ?? "-", Value, (x < Middle ? Middle : Right) - x - 12);
    }

    // gross - commission - taxes = net
    private static void WriteSums(StatementPaper paper, PayoutStatement statement, StatementWords words)
    {
        const double Top = 184;
        const double Cell = 118;
        paper.Shade(Left, Top, Right - Left, 46, grey: 242);
        (string Sign, string Name, decimal Amount)[] sums =
        [
            ("", words.Gross, statement.Gross), ("-", words.Commission, statement.Commission), ("-", words.Tax, statement.Tax),
        ];
        for (var i = 0; i < sums.Length; i++)
        {
            var x = Left + 14 + Cell * i;
            if (sums[i].Sign is { Length: > 0 } sign)
            {
                paper.Write(x - 14, Top + 31, sign, Sum);
            }

            paper.Write(x, Top + 16, sums[i].Name, Small);
            paper.Write(x, Top + 31, words.Money(sums[i].Amount), Sum, Cell - 16);
        }

        paper.Write(Left + Cell * 3, Top + 31, "=", Sum);
        paper.Write(Left + 14 + Cell * 3, Top + 16, words.Net, Small);
        paper.Write(Left + 14 + Cell * 3, Top + 31, words.Money(statement.Net), NetSum, Right - Left - Cell * 3 - 16);
    }

    private static void WriteNextHead(StatementPaper paper, PayoutStatement statement, StatementWords words, StatementIssuer issuer)
    {
        paper.Write(Left, 48, $"{words.Title} ({words.Continued})", new Ink(9, IsBold: true), Middle - Left);
        paper.WriteUpTo(Right, 48, words.Between(statement.PeriodStart, statement.PeriodEnd), Small);
        paper.WriteName(Left, 59, $"{issuer.Name} · {statement.PropertyName}", Small, Right - Left);
    }

    private static void WriteFoot(StatementPaper paper, PayoutStatement statement, StatementWords words, DateTimeOffset at, (int Number, int Of) page)
    {
        const double Y = StatementPaper.Height - 34;
        paper.Rule(Left, Right, Y - 12, grey: 200, thickness: 0.5);
        paper.Write(Left, Y, $"{words.Payout} {statement.Id} · {StatementWords.Filled(words.IssuedForm, words.Time(at))}", Small);
        paper.WriteUpTo(Right, Y, StatementWords.Filled(words.PageForm, page.Number, page.Of), Small);
    }
}
