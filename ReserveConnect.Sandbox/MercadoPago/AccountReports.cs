using System.Globalization;
using System.Text;
using CsvHelper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>A report that was ordered.</summary>
/// <param name="ReadyAt">The instant from which it can be fetched; it says what was listed then.</param>
internal sealed record AccountReport(long Id, DateTimeOffset From, DateTimeOffset To, DateTimeOffset ReadyAt, byte[] Csv)
{
    /// <summary>What it is fetched by.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"settlement-report-USER-{PixWriter.CollectorId}-{Id}.csv");
}

/// <summary>Body of an order for a report.</summary>
internal sealed record AccountReportOrder(string? BeginDate, string? EndDate);

/// <summary>
/// The reports of the account's money: <c>POST /v1/account/settlement_report</c>, <c>GET .../list</c>, <c>GET .../{file}</c>. Those that were
/// ordered are not kept over a restart; whoever waits for one orders it again.
/// </summary>
internal sealed class AccountReports(MercadoPagoOptions options)
{
    private const int Kept = 100;
    private const string Columns = "EXTERNAL_REFERENCE,SOURCE_ID,USER_ID,PAYMENT_METHOD_TYPE,PAYMENT_METHOD,SITE,TRANSACTION_TYPE,TRANSACTION_AMOUNT,"
        + "TRANSACTION_CURRENCY,TRANSACTION_DATE,FEE_AMOUNT,SETTLEMENT_NET_AMOUNT,SETTLEMENT_CURRENCY,SETTLEMENT_DATE,REAL_AMOUNT";

    private readonly List<AccountReport> _reports = [];
    private long _last = 20_000_000;

    /// <summary>Adds the paths.</summary>
    public static void Map(IEndpointRouteBuilder app, PixGate gate)
    {
        const string path = "/v1/account/settlement_report";
        app.MapPost(path, gate.Write(PixJson.Default.AccountReportOrder, keyNeeded: false, (book, _, _, order) => book.Reports.Order(book, order)));
        app.MapGet($"{path}/list", gate.Read((book, _) => book.Reports.List(book)));
        app.MapGet($"{path}/{{file}}", gate.Read((book, context) => book.Reports.File(book, (string?)context.Request.RouteValues["file"])));
    }

    private PixAnswer Order(PixBook book, AccountReportOrder order)
    {
        if (Instant(order.BeginDate) is not { } from || Instant(order.EndDate) is not { } to || to < from)
            return PixAnswer.Of(PixError.Bad(400, "Invalid begin_date or end_date"), book.Now);
        var report = new AccountReport(++_last, from, to, book.Now + options.ReportTakes, Csv(book, from, to));
        _reports.Add(report);
        if (_reports.Count > Kept)
            _reports.RemoveAt(0);
        return new PixAnswer(202, PixWriter.Bytes(json => Write(json, report, book.Now)));
    }

    private PixAnswer List(PixBook book) => new(200, PixWriter.Bytes(json =>
    {
        json.WriteStartArray();
        foreach (var report in Enumerable.Reverse(_reports))
            Write(json, report, book.Now);
        json.WriteEndArray();
    }));

    private PixAnswer File(PixBook book, string? name) =>
        _reports.FirstOrDefault(report => report.FileName == name && report.ReadyAt <= book.Now) is { } report
            ? new PixAnswer(200, report.Csv)
            : PixAnswer.Of(new PixError(404, "not_found", "File not found", null), book.Now);

    private static void Write(System.Text.Json.Utf8JsonWriter json, AccountReport report, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteNumber("id", report.Id);
        json.WriteNumber("user_id", PixWriter.CollectorId);
        json.WriteString("begin_date", PixTime.Text(report.From));
        json.WriteString("end_date", PixTime.Text(report.To));
        json.WriteString("created_from", "manual");
        json.WriteString("status", report.ReadyAt <= now ? "processed" : "pending");
        if (report.ReadyAt <= now)
            json.WriteString("file_name", report.FileName);
        else
            json.WriteNull("file_name");
        json.WriteEndObject();
    }

    private static byte[] Csv(PixBook book, DateTimeOffset from, DateTimeOffset to)
    {
        using var text = new StringWriter(new StringBuilder(Columns).Append("\r\n"), CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, new CsvWriterOptions { FormatProvider = CultureInfo.InvariantCulture }, leaveOpen: true))
        {
            foreach (var movement in book.Account.Listed(from, to, book.Now))
                Write(csv, movement);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(CsvWriter csv, PixMovement movement)
    {
        var at = PixTime.Text(movement.At);
        string[] fields =
        [
            movement.ExternalReference ?? "", movement.SourceId, PixWriter.CollectorId.ToString(CultureInfo.InvariantCulture), "bank_transfer", "pix", "MLB",
            movement.Type, Money(movement.Amount), "BRL", at, Money(-movement.Fee), Money(movement.Amount - movement.Fee), "BRL", at, Money(movement.Amount - movement.Fee),
        ];
        foreach (var field in fields)
            csv.WriteField(field);
        csv.EndRecord();
    }

    private static string Money(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
