using ReserveConnect.Accounts;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Finance.Payouts.Statements;
using Xunit;

namespace ReserveConnect.Tests.Finance.Payouts.Statements;

/// <summary>What is printed can be added up with a pencil, on one page or on many.</summary>
public sealed class StatementPdfTests
{
    private static readonly string[] Kinds =
        ["booking", "modification", "cancellation", "refund", "adjustment", "other", PayoutLineKind.CarriedIn, PayoutLineKind.CarriedOut, PayoutLineKind.Tax];

    private static readonly DateTimeOffset Issued = new(2026, 11, 23, 19, 0, 0, TimeSpan.Zero);

    public static TheoryData<int, string> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, string>();
            foreach (var count in (int[])[1, 31, 32, 33, 34, 35, 40, 1_000])
            {
                sizes.Add(count, AccountProfile.Locales[count % 2]);
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_line_is_on_it_once_and_the_columns_add_up(int count, string language)
    {
        var statement = Of(count);

        var read = ReadStatement.OfPdf(Make(statement, language));

        Assert.Equal(
            statement.Lines.Select(l => (l.Line, l.Gross, l.Commission, l.Tax, l.Amount)),
            read.Lines.Select(l => (l.Line, l.Gross, l.Commission, l.Tax, l.Amount)));
        Assert.All(read.Lines, l => Assert.Equal(l.Amount, l.Gross - l.Commission - l.Tax));
        Assert.Equal(
            (read.Lines.Sum(l => l.Gross), read.Lines.Sum(l => l.Commission), read.Lines.Sum(l => l.Tax), read.Lines.Sum(l => l.Amount)),
            (read.Total.Gross, read.Total.Commission, read.Total.Tax, read.Total.Amount));
        Assert.Equal((statement.Net, statement.Net), (read.Total.Amount, read.Total.Gross - read.Total.Commission - read.Total.Tax));
    }

    [Fact]
    public void Every_page_has_the_headings_and_its_number_and_the_totals_are_not_alone()
    {
        var read = ReadStatement.OfPdf(Make(Of(1_000), "pt-BR"));

        Assert.InRange(read.Pages.Count, 20, 40);
        Assert.All(read.Pages.Index(), page =>
        {
            Assert.Single(page.Item, row => row.StartsWith("Nº Lançamento Reserva Entrada Saída Valor bruto", StringComparison.Ordinal));
            Assert.Single(page.Item, row => row.EndsWith($"Página {page.Index + 1} de {read.Pages.Count}", StringComparison.Ordinal));
            Assert.Contains(page.Item, row => char.IsAsciiDigit(row[0]));
        });
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_last_page_has_a_line_above_the_totals(int count, string language)
    {
        var last = ReadStatement.OfPdf(Make(Of(count), language)).Pages[^1];

        var total = last.ToList().FindIndex(row => row.StartsWith("Total ", StringComparison.Ordinal));
        Assert.True(total > 0, string.Join('\n', last));
        Assert.True(last.Take(total).Any(row => row.StartsWith($"{count} ", StringComparison.Ordinal)), string.Join('\n', last));
    }

    [Fact]
    public void It_says_who_is_paid_by_whom_where_and_when()
    {
        var statement = Of(9);
        var read = ReadStatement.OfPdf(Make(statement, "pt-BR"));
        var text = string.Join('\n', read.Rows);

        Assert.Equal(("pt-BR", "Demonstrativo de repasse, 01/11/2026 a 15/11/2026"), (read.Language, read.Title));
        Assert.Equal(("en", "Payout statement, 1 Nov 2026 to 15 Nov 2026"), Head(ReadStatement.OfPdf(Make(statement, "en"))));
        Assert.All(
            [
                "Reserve Connect Hospedagens Ltda.", "CNPJ 12.345.678/0001-95", "Pousada Coração do Sertão à Beira-Mar", "Tocantins", statement.Id.ToString(),
                "PIX, chave aleatória ...4725", "pix-transfer-1", "Devolvido", "21/11/2026 11:30", "22/11/2026 09:05", "A transferência foi devolvida",
                "Imposto retido: IOF 0,38%", $"do repasse {statement.Lines[6].CarriedFrom}", "RC-7K2M9QXB 03/11/2026 08/11/2026", StatementWords.Of("pt-BR").Money(statement.Net), "Emitido em 23/11/2026 16:00",
            ],
            said => Assert.Contains(said, text, StringComparison.Ordinal));
        Assert.Contains(
            StatementWords.Of("en").Money(statement.Net), string.Join('\n', ReadStatement.OfPdf(Make(statement, "en")).Rows), StringComparison.Ordinal);

        static (string?, string) Head(ReadStatement read) => (read.Language, read.Title);
    }

    [Theory]
    [InlineData("pt-BR", "R$ 1.234.567,80", "-R$ 0,05", "0,38%")]
    [InlineData("en", "R$ 1,234,567.80", "-R$ 0.05", "0.38%")]
    public void Amounts_are_written_as_the_language_does(string language, string large, string below, string rate)
    {
        var words = StatementWords.Of(language);

        Assert.Equal((large, below, rate), (words.Money(1_234_567.8m), words.Money(-0.05m), words.Rate(0.38m)));
    }

    [Fact]
    public void The_same_statement_is_the_same_file()
    {
        var statement = Of(40);

        Assert.Equal(Make(statement, "pt-BR"), Make(statement, "pt-BR"));
        Assert.NotEqual(Make(statement, "pt-BR"), Make(statement with { TransferId = "another" }, "pt-BR"));
    }

    [Theory]
    [InlineData("Pousada 北京 🏝️\nBela", "Pousada ?? ?? Bela")]
    [InlineData("Усадьба Αθήνα", "Усадьба Αθήνα")]
    [InlineData("", "Propriedade Situação")]
    public void A_name_in_letters_that_there_are_not_is_no_reason_for_no_statement(string name, string read)
    {
        var rows = ReadStatement.OfPdf(Make(Of(1) with { PropertyName = name }, "pt-BR")).Rows;

        Assert.Contains(rows, row => row.Contains(read, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_of_any_length_stays_within_its_place()
    {
        var rows = ReadStatement.OfPdf(Make(Of(1) with { PropertyName = new string('W', 500) }, "pt-BR")).Rows.ToList();

        Assert.Contains(rows, row => row.EndsWith("...", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("Propriedade Situação", StringComparison.Ordinal));
    }

    [Fact]
    public void The_largest_amounts_are_printed_whole()
    {
        const decimal Most = 9_999_999_999.99m;
        var statement = Of(1) with { Gross = Most, Commission = 0, Tax = 0, Net = Most, Lines = [new(1, "booking", "RC-7K2M9QXB", null, null, null, null, null, Most, 0, 0, Most)] };

        var read = ReadStatement.OfPdf(Make(statement, "en"));

        Assert.Equal((Most, Most), (Assert.Single(read.Lines).Amount, read.Total.Amount));
    }

    [Fact]
    public void There_are_words_for_every_kind_of_line_and_every_status_in_both_languages()
    {
        string[] statuses = [.. PayoutStatus.UnderWay, PayoutStatus.Completed, PayoutStatus.Returned, PayoutStatus.Rejected, PayoutStatus.CarriedOver];
        foreach (var words in AccountProfile.Locales.Select(StatementWords.Of))
        {
            Assert.All(Kinds, kind => Assert.NotEmpty(words.Kind(kind)));
            Assert.All(statuses, status => Assert.NotEmpty(words.StatusName(status)));
            Assert.All((string[])["cpf", "cnpj", "email", "phone", "random"], type => Assert.EndsWith(" ...1234", words.Destination("pix", $"{type} ...1234"), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void What_does_not_add_up_is_handed_to_nobody()
    {
        var statement = Of(3);

        Assert.Same(statement, statement.AddedUp());
        Assert.Throws<InvalidOperationException>(() => (statement with { Net = statement.Net + 0.01m, Gross = statement.Gross + 0.01m }).AddedUp());
        Assert.Throws<InvalidOperationException>(() => (statement with { Lines = [.. statement.Lines.Skip(1)] }).AddedUp());
    }

    [Fact]
    public void A_company_number_that_is_none_is_refused_at_the_start()
    {
        Assert.NotEmpty(new PayoutOptions { IssuerDocument = "12.345.678/0001-96" }.Validate(new(new object())));
        Assert.Empty(new PayoutOptions { IssuerDocument = "12345678000195" }.Validate(new(new object())));
        Assert.Equal("12.345.678/0001-95", new PayoutOptions { IssuerDocument = "12345678000195" }.Issuer.Document);
        Assert.Null(new PayoutOptions().Issuer.Document);
    }

    private static byte[] Make(PayoutStatement statement, string language) =>
        StatementPdf.Make(statement, StatementWords.Of(language), new("Reserve Connect Hospedagens Ltda.", "12.345.678/0001-95"), Issued).ToArray();

    // Every kind in turn.
    private static PayoutStatement Of(int count)
    {
        var lines = Enumerable.Range(1, count).Select(Line).ToList();
        return new(
            Guid.CreateVersion7(Issued), Guid.CreateVersion7(Issued), "Pousada Coração do Sertão à Beira-Mar - Suítes e Chalés, São Félix do Tocantins", new(2026, 11, 1),
            new(2026, 11, 15), "BRL", lines.Sum(l => l.Gross), lines.Sum(l => l.Commission), lines.Sum(l => l.Tax), lines.Sum(l => l.Amount), PayoutStatus.Returned, "pix",
            "random ...4725", "pix-transfer-1", new(2026, 11, 21, 14, 30, 0, TimeSpan.Zero), new(2026, 11, 22, 12, 5, 0, TimeSpan.Zero)) { Lines = lines };
    }

    private static StatementLine Line(int number) => Kinds[(number - 1) % Kinds.Length] switch
    {
        PayoutLineKind.CarriedIn => new(number, PayoutLineKind.CarriedIn, null, null, null, Guid.CreateVersion7(Issued), null, null, -300.5m, 0, 0, -300.5m),
        PayoutLineKind.CarriedOut => new(number, PayoutLineKind.CarriedOut, null, null, null, null, null, null, 0.01m, 0, 0, 0.01m),
        PayoutLineKind.Tax => new(number, PayoutLineKind.Tax, null, null, null, null, "IOF", 0.38m, 0, 0, 3.23m, -3.23m),
        "refund" => new(number, "refund", "RC-0123456W", new(2026, 12, 28), new(2027, 1, 2), null, null, null, -1_234.56m, -123.46m, 0, -1_111.1m),
        var kind => new(number, kind, "RC-7K2M9QXB", new(2026, 11, 3), new(2026, 11, 8), null, null, null, 1_250m + number % 7, 187.5m, 0, 1_062.5m + number % 7),
    };
}
