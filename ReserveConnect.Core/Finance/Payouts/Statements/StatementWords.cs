using System.Globalization;

namespace ReserveConnect.Finance.Payouts.Statements;

/// <summary>
/// The words of a statement, and how its language writes amounts and dates. Their forms are written here, not taken from the system:
/// a machine without language data writes the same.
/// </summary>
internal sealed record StatementWords
{
    private const string EnglishCode = "en";

    private static readonly TimeZoneInfo Brasilia = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");

    private StatementWords()
    {
    }

    /// <summary>As a PDF names it.</summary>
    public required string Language { get; init; }

    public required string Title { get; init; }
    public required string Property { get; init; }
    public required string Period { get; init; }
    public required string PeriodForm { get; init; }
    public required string Payout { get; init; }
    public required string Status { get; init; }
    public required string PaidTo { get; init; }
    public required string Sent { get; init; }
    public required string Transfer { get; init; }
    public required string Returned { get; init; }
    public required string Gross { get; init; }
    public required string Commission { get; init; }
    public required string Tax { get; init; }
    public required string Net { get; init; }
    public required string Line { get; init; }
    public required string Entry { get; init; }
    public required string Code { get; init; }
    public required string CheckIn { get; init; }
    public required string CheckOut { get; init; }
    public required string Amount { get; init; }
    public required string Total { get; init; }
    public required string Continued { get; init; }
    public required string CarriedFromForm { get; init; }
    public required string Explanation { get; init; }
    public required string IssuedForm { get; init; }
    public required string PageForm { get; init; }

    private IReadOnlyDictionary<string, string> Kinds { get; init; } = new Dictionary<string, string>();
    private IReadOnlyDictionary<string, string> KeyTypes { get; init; } = new Dictionary<string, string>();
    private IReadOnlyDictionary<string, (string Name, string? Note)> Statuses { get; init; } = new Dictionary<string, (string, string?)>();
    private NumberFormatInfo Numbers { get; init; } = NumberFormatInfo.InvariantInfo;
    private string DayForm { get; init; } = "";
    private string TimeForm { get; init; } = "";

    /// <param name="language"><c>pt-BR</c> or <c>en</c>.</param>
    public static StatementWords Of(string language) => language == EnglishCode ? English : Portuguese;

    /// <summary>What a line is, by <see cref="PayoutLineKind"/>.</summary>
    public string Kind(string kind) => Kinds[kind];

    /// <summary>The status, by <see cref="PayoutStatus"/>.</summary>
    public string StatusName(string status) => Statuses[status].Name;

    /// <summary>What the status means for whoever reads the statement; null: it says all.</summary>
    public string? StatusNote(string status) => Statuses[status].Note;

    /// <summary>Where the money goes, masked already; a PIX key begins with its type.</summary>
    public string Destination(string method, string destination)
    {
        if (method == PayoutMethod.Stripe)
        {
            return $"Stripe, {destination}";
        }

        var type = destination.Split(' ')[0];
        return $"PIX, {KeyTypes[type]}{destination[type.Length..]}";
    }

    /// <summary>R$ 1.234,56 or R$ 1,234.56.</summary>
    public string Money(decimal amount) => $"{(amount < 0 ? "-" : "")}R$ {Number(Math.Abs(amount))}";

    /// <summary>The same for a column whose heading names the currency.</summary>
    public string Number(decimal amount) => amount.ToString("N2", Numbers);

    public string Rate(decimal rate) => rate.ToString("0.####", Numbers) + "%";

    public string Date(DateOnly day) => day.ToString(DayForm, CultureInfo.InvariantCulture);

    /// <summary>In the time of Brasília, as the books have their days.</summary>
    public string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Brasilia).ToString(TimeForm, CultureInfo.InvariantCulture);

    public string Between(DateOnly from, DateOnly until) => Filled(PeriodForm, Date(from), Date(until));

    /// <summary>A form with its places filled.</summary>
    public static string Filled(string form, params object[] values) => string.Format(CultureInfo.InvariantCulture, form, values);

    private static NumberFormatInfo Separated(string group, string fraction) =>
        new() { NumberGroupSeparator = group, NumberDecimalSeparator = fraction, NumberGroupSizes = [3], NumberNegativePattern = 1 };

    private static StatementWords Portuguese { get; } = new()
    {
        Language = "pt-BR",
        Title = "Demonstrativo de repasse",
        Property = "Propriedade",
        Period = "Período",
        PeriodForm = "{0} a {1}",
        Payout = "Repasse",
        Status = "Situação",
        PaidTo = "Destino",
        Sent = "Enviado em",
        Transfer = "Transferência",
        Returned = "Devolvido em",
        Gross = "Valor bruto",
        Commission = "Comissão",
        Tax = "Impostos",
        Net = "Valor líquido",
        Line = "Nº",
        Entry = "Lançamento",
        Code = "Reserva",
        CheckIn = "Entrada",
        CheckOut = "Saída",
        Amount = "Valor (R$)",
        Total = "Total",
        Continued = "continuação",
        CarriedFromForm = "do repasse {0}",
        Explanation = "Valor = bruto - comissão - impostos, em reais (BRL). Horários de Brasília. Este demonstrativo não é documento fiscal.",
        IssuedForm = "Emitido em {0}",
        PageForm = "Página {0} de {1}",
        Numbers = Separated(".", ","),
        DayForm = "dd/MM/yyyy",
        TimeForm = "dd/MM/yyyy HH:mm",
        Kinds = new Dictionary<string, string>
        {
            ["booking"] = "Reserva",
            ["modification"] = "Alteração de reserva",
            ["cancellation"] = "Cancelamento",
            ["refund"] = "Estorno",
            ["adjustment"] = "Ajuste",
            ["returned"] = "Parte devolvida de um repasse",
            ["other"] = "Outro lançamento",
            [PayoutLineKind.CarriedIn] = "Saldo negativo anterior",
            [PayoutLineKind.CarriedOut] = "Saldo negativo, levado ao próximo repasse",
            [PayoutLineKind.Tax] = "Imposto retido",
        },
        KeyTypes = new Dictionary<string, string>
        {
            ["cpf"] = "chave CPF", ["cnpj"] = "chave CNPJ", ["email"] = "chave e-mail", ["phone"] = "chave telefone", ["random"] = "chave aleatória",
        },
        Statuses = new Dictionary<string, (string, string?)>
        {
            [PayoutStatus.PendingApproval] = ("Em aprovação", "Demonstrativo provisório: o repasse ainda não foi enviado, e o valor pode mudar até o envio."),
            [PayoutStatus.Approved] = ("A enviar", "Demonstrativo provisório: o repasse ainda não foi enviado, e o valor pode mudar até o envio."),
            [PayoutStatus.Processing] = ("Em envio", "A transferência foi pedida e ainda não está confirmada."),
            [PayoutStatus.Failed] = ("Envio não concluído", "A transferência ainda não pôde ser feita; o valor pode mudar até o envio."),
            [PayoutStatus.Completed] = ("Enviado", null),
            [PayoutStatus.Returned] = ("Devolvido", "A transferência foi devolvida; o valor entra em outro repasse."),
            [PayoutStatus.Rejected] = ("Não enviado", "Este repasse não foi nem será enviado; os lançamentos entram em outro repasse."),
            [PayoutStatus.CarriedOver] = ("Levado ao próximo", "Nada foi enviado: o saldo é negativo e será descontado do próximo repasse."),
        },
    };

    private static StatementWords English { get; } = new()
    {
        Language = EnglishCode,
        Title = "Payout statement",
        Property = "Property",
        Period = "Period",
        PeriodForm = "{0} to {1}",
        Payout = "Payout",
        Status = "Status",
        PaidTo = "Paid to",
        Sent = "Sent on",
        Transfer = "Transfer",
        Returned = "Returned on",
        Gross = "Gross",
        Commission = "Commission",
        Tax = "Taxes",
        Net = "Net",
        Line = "No.",
        Entry = "Entry",
        Code = "Booking",
        CheckIn = "Check-in",
        CheckOut = "Check-out",
        Amount = "Amount (R$)",
        Total = "Total",
        Continued = "continued",
        CarriedFromForm = "of payout {0}",
        Explanation = "Amount = gross - commission - taxes, in Brazilian reais (BRL). Times are those of Brasília. This statement is not a tax invoice.",
        IssuedForm = "Issued on {0}",
        PageForm = "Page {0} of {1}",
        Numbers = Separated(",", "."),
        DayForm = "d MMM yyyy",
        TimeForm = "d MMM yyyy, HH:mm",
        Kinds = new Dictionary<string, string>
        {
            ["booking"] = "Booking",
            ["modification"] = "Change of a booking",
            ["cancellation"] = "Cancellation",
            ["refund"] = "Refund",
            ["adjustment"] = "Adjustment",
            ["returned"] = "Part of a payout that came back",
            ["other"] = "Other entry",
            [PayoutLineKind.CarriedIn] = "Earlier negative balance",
            [PayoutLineKind.CarriedOut] = "Negative balance, carried over to the next payout",
            [PayoutLineKind.Tax] = "Tax withheld",
        },
        KeyTypes = new Dictionary<string, string>
        {
            ["cpf"] = "CPF key", ["cnpj"] = "CNPJ key", ["email"] = "e-mail key", ["phone"] = "telephone key", ["random"] = "random key",
        },
        Statuses = new Dictionary<string, (string, string?)>
        {
            [PayoutStatus.PendingApproval] = ("In approval", "Provisional: the payout has not been sent, and its amount may change until it is."),
            [PayoutStatus.Approved] = ("To be sent", "Provisional: the payout has not been sent, and its amount may change until it is."),
            [PayoutStatus.Processing] = ("Being sent", "The transfer has been asked for and is not confirmed yet."),
            [PayoutStatus.Failed] = ("Not sent yet", "The transfer could not be made so far; its amount may change until it is."),
            [PayoutStatus.Completed] = ("Sent", null),
            [PayoutStatus.Returned] = ("Returned", "The transfer came back; its amount is part of another payout."),
            [PayoutStatus.Rejected] = ("Not sent", "This payout was not and will not be sent; its entries are part of another payout."),
            [PayoutStatus.CarriedOver] = ("Carried over", "Nothing was sent: the balance is negative and will be deducted from the next payout."),
        },
    };
}
