using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using ReserveConnect.Accounts;
using ReserveConnect.Finance.Payouts.Statements;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>The query string of the statements of payouts.</summary>
/// <param name="Language"><c>pt-BR</c> or <c>en</c>.</param>
public sealed record PayoutStatementParameters(bool IsCsv, string Language) : IQuery<PayoutStatementParameters>
{
    /// <inheritdoc/>
    public static PayoutStatementParameters Read(QueryReader query) => new(
        query.OneOf("format", "pdf", "csv") == "csv",
        query.OneOf("lang", [.. AccountProfile.Locales]) ?? AccountProfile.Locales[0]);
}

/// <summary>What the functions that hand out statements of payouts do alike.</summary>
internal static class StatementAnswer
{
    public static async Task<IActionResult> MakeAsync(
        PayoutStatements statements, HttpRequest request, Guid payoutId, Outcome<PayoutStatementParameters> query, CancellationToken cancellation)
    {
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var (actor, language, name) = (request.Caller().Actor, query.Value.Language, $"payout-{payoutId}");
        var file = query.Value.IsCsv
            ? await FileAnswer.MakeAsync("text/csv", $"{name}.csv", writer => statements.WriteCsvAsync(actor, payoutId, language, writer, cancellation))
            : await FileAnswer.MakeBytesAsync(
                "application/pdf", $"{name}.pdf", stream => statements.WritePdfAsync(actor, payoutId, language, stream, cancellation));
        return file.Refusal is null ? file.Value : Problem.From(file.Refusal, request.HttpContext);
    }
}
