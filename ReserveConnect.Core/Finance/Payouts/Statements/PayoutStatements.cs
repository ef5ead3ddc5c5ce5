using System.Data;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Payouts.Statements;

/// <summary>
/// Statements of payouts, for owners and for staff: everyone sees what the database lets them see. Read whole and of one moment, then
/// written, so that no connection waits for whoever makes the file.
/// </summary>
public sealed class PayoutStatements(ReserveDatabase database, IOptions<PayoutOptions> options, TimeProvider clock) : IDisposable
{
    // Only columns that an owner may read (0038_payouts).
    private const string Select =
        $"""
        SELECT p.id, p.property_id, m.name AS property_name, p.period_start, p.period_end, p.currency, p.gross_amount AS gross,
               p.commission_amount AS commission, p.tax_amount AS tax, p.net_amount AS net, p.status, p.method, {PayoutViews.Destination} AS destination,
               coalesce(p.stripe_transfer_id, p.pix_transfer_id) AS transfer_id, p.completed_at, p.returned_at
        FROM reserve.payouts p
        JOIN reserve.properties_map m ON m.id = p.property_id
        WHERE p.id = @id
        """;

    private const string SelectLines =
        """
        SELECT i.line, i.kind, r.confirmation_code, r.check_in, r.check_out, i.carried_from, i.tax_type, i.tax_rate, i.gross_amount AS gross,
               i.commission_amount AS commission, i.tax_amount AS tax, i.amount
        FROM reserve.payout_items i
        LEFT JOIN reserve.reservations r ON r.id = i.reservation_id
        WHERE i.payout_id = @id
        ORDER BY i.line
        """;

    // A long one takes a second of a core and some megabytes.
    private readonly SemaphoreSlim _room = new(options.Value.StatementsAtOnce);

    /// <summary>As pages for people.</summary>
    /// <param name="language"><c>pt-BR</c> or <c>en</c>.</param>
    /// <returns>Null: it is written. Refusal: <c>payout_not_found</c>, <c>statement_busy</c>.</returns>
    public Task<Refusal?> WritePdfAsync(Actor actor, Guid id, string language, Stream stream, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return WriteAsync(
            actor,
            id,
            async statement => await stream.WriteAsync(
                StatementPdf.Make(statement, StatementWords.Of(language), options.Value.Issuer, clock.GetUtcNow()), cancellation),
            cancellation);
    }

    /// <summary>As a table for spreadsheets and programs: a record for each line.</summary>
    /// <inheritdoc cref="WritePdfAsync"/>
    public Task<Refusal?> WriteCsvAsync(Actor actor, Guid id, string language, TextWriter writer, CancellationToken cancellation) => WriteAsync(
        actor, id, statement => StatementCsv.WriteAsync(statement, StatementWords.Of(language), options.Value.Issuer, writer, cancellation), cancellation);

    /// <inheritdoc/>
    public void Dispose() => _room.Dispose();

    private async Task<Refusal?> WriteAsync(Actor actor, Guid id, Func<PayoutStatement, Task> write, CancellationToken cancellation)
    {
        if (!_room.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            return Refusal.Unavailable("statement_busy", "Many statements are being made. Please try again.") with { RetryAfter = options.Value.StatementRetryAfter };
        }

        try
        {
            if (await database.ReadAsync(actor, connection => FindAsync(connection, id), cancellation, IsolationLevel.RepeatableRead) is not { } statement)
            {
                return PayoutRefusals.NotFound;
            }

            await write(statement.AddedUp());
            return null;
        }
        finally
        {
            _room.Release();
        }
    }

    private static async Task<PayoutStatement?> FindAsync(NpgsqlConnection connection, Guid id) =>
        await connection.QuerySingleOrDefaultAsync<PayoutStatement>(Select, new { id }) is { } statement
            ? statement with { Lines = (await connection.QueryAsync<StatementLine>(SelectLines, new { id })).AsList() }
            : null;
}
