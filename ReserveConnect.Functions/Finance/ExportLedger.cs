using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The query string of <c>export_ledger</c>.</summary>
/// <param name="Format"><c>hledger</c> or <c>csv</c>.</param>
public sealed record ExportLedgerParameters(string Format, ExportQuery Asked) : IQuery<ExportLedgerParameters>
{
    /// <inheritdoc/>
    public static ExportLedgerParameters Read(QueryReader query)
    {
        var format = query.OneOf("format", "hledger", "csv") ?? "hledger";
        var from = query.Date("from", about: "First day of the books.");
        var to = query.Date("to", about: "Last day of the books.");
        var account = query.Text("account", about: "One account of the chart; csv only.");
        var accountId = query.Id("account_id", about: "The property, or the booking intent of the guest, whose account it is; with account.");
        if (to < from)
        {
            query.Add("to", "invalid_period", "Not before from.");
        }

        if (account is not null && format == "hledger")
        {
            query.Add("account", "whole_journal", "A journal has all accounts, or it does not balance.");
        }

        if (accountId is not null && account is null)
        {
            query.Add("account_id", "account_required", "Say which account.");
        }

        return new(format, new(from, to, account, accountId));
    }
}

/// <summary><c>export_ledger</c>: the books for an accountant's own programs.</summary>
public sealed class ExportLedger(LedgerExport export)
{
    [Function("export_ledger")]
    [Access(Callers.Agent)]
    [TakesQuery<ExportLedgerParameters>]
    [AnswersBytes("text/plain")]
    [AnswersBytes("text/csv")]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/ledger/export")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<ExportLedgerParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var (actor, asked) = (request.Caller().Actor, query.Value.Asked);
        var name = string.Create(CultureInfo.InvariantCulture, $"ledger{asked.From:'-'yyyyMMdd}{asked.To:'-'yyyyMMdd}");
        var file = query.Value.Format == "csv"
            ? await FileAnswer.MakeAsync("text/csv", $"{name}.csv", writer => export.WriteCsvAsync(actor, asked, writer, cancellation))
            : await FileAnswer.MakeAsync("text/plain", $"{name}.journal", writer => export.WriteJournalAsync(actor, asked, writer, cancellation));
        return file.Refusal is null ? file.Value : Problem.From(file.Refusal, request.HttpContext);
    }
}
