using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>
/// Compares what lies at a provider now with what the books say, of the last day that is over: of a day before it nobody knows what lay there.
/// </summary>
public sealed class CompareBalance(
    ReserveDatabase database, IStripeGateway stripe, MercadoPagoClient mercadoPago, TimeProvider clock, ILogger<CompareBalance> log)
{
    /// <summary>Looks once.</summary>
    /// <param name="plan">The run, compared.</param>
    /// <param name="isLast">Whether what does not agree is a finding; else it may be money on its way, and is looked at again.</param>
    /// <returns>Whether nothing is left to look at.</returns>
    public async Task<bool> RunAsync(ReconciliationPlan plan, bool isLast, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        decimal? before;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            before = await connection.ExecuteScalarAsync<bool>("SELECT reserve.book_date(@now) - 1 = @BookDate", new { plan.BookDate, now = clock.GetUtcNow() })
                ? await CashAsync(connection, plan)
                : null;
        }

        if (before is not { } expected)
        {
            return true;
        }

        var answer = plan.Provider == Reconciled.Stripe ? await stripe.GetBalance(cancellation) : await mercadoPago.GetBalance(cancellation);
        if (answer is not ProviderAnswer<ProviderBalance>.Done { Value: var balance })
        {
            if (isLast)
            {
                log.LogWarning("{Provider} does not tell its balance; the books of {BookDate} are compared without it", plan.Provider, plan.BookDate);
                await NoteAsync(plan, "the provider does not tell", cancellation);
            }

            return isLast;
        }

        return await database.TransactAsync(unit => JudgeAsync(unit, plan, balance, expected, isLast), cancellation);
    }

    private async Task<bool> JudgeAsync(UnitOfWork unit, ReconciliationPlan plan, ProviderBalance balance, decimal expected, bool isLast)
    {
        var (connection, now) = (unit.Connection, clock.GetUtcNow());
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('reserve.reconciliation:' || @Provider, 0))", new { plan.Provider });
        var books = await CashAsync(connection, plan);
        var explained = await connection.ExecuteScalarAsync<decimal>(
            """
            SELECT coalesce(sum(difference), 0)
            FROM reserve.reconciliation_findings
            WHERE provider = @Provider
              AND status IN ('open', 'dismissed')
              AND kind IN ('missing_in_ledger', 'missing_at_provider', 'amount_mismatch', 'duplicate')
              AND currency = 'BRL'
            """,
            plan);
        // What a list leaves out or makes up is not missing in the balance.
        var rest = balance.Total == books ? 0m : balance.Total - books - explained;
        if (rest != 0 && (!isLast || books != expected))
        {
            return isLast && await DoneAsync("money moved while it was looked at");
        }

        var difference = new Difference(FindingKinds.BalanceMismatch, "balance", plan.Provider, Ledger.Currency, rest, 0m, 0m, 0m, plan.BookDate)
        {
            Detail = $"{balance.Total:0.00} there, {balance.Pending:0.00} of it not free; {books:0.00} in the books; {explained:0.00} explained by findings",
        };
        await Findings.CloseAsync(
            unit,
            await connection.QueryAsync<Guid>(
                "SELECT id FROM reserve.reconciliation_findings WHERE provider = @Provider AND status = 'open' AND kind = 'balance_mismatch' AND provider_amount <> @rest",
                new { plan.Provider, rest }),
            now);
        if (rest != 0)
        {
            await Findings.RaiseAsync(unit, plan, [difference], now);
        }

        return await DoneAsync(null);

        async Task<bool> DoneAsync(string? note)
        {
            await connection.ExecuteAsync(
                """
                UPDATE reserve.reconciliations
                SET provider_balance = @Total,
                    books_balance = @books,
                    explained = @explained,
                    balance_note = @note
                WHERE id = @Id
                """,
                new { plan.Id, balance.Total, books, explained, note });
            return true;
        }
    }

    private Task NoteAsync(ReconciliationPlan plan, string note, CancellationToken cancellation) =>
        database.TransactAsync(
            unit => unit.Connection.ExecuteAsync("UPDATE reserve.reconciliations SET balance_note = @note WHERE id = @Id", new { plan.Id, note }), cancellation);

    private static Task<decimal> CashAsync(NpgsqlConnection connection, ReconciliationPlan plan) =>
        connection.ExecuteScalarAsync<decimal>(
            """
            SELECT coalesce((SELECT sum(b.debits - b.credits) FROM reserve.ledger_balances b WHERE b.account = @account AND b.currency = 'BRL'), 0)
                 + coalesce(
                     (
                         SELECT sum(CASE t.direction WHEN 'debit' THEN t.amount ELSE -t.amount END)
                         FROM reserve.ledger_tail t
                         WHERE t.account = @account
                           AND t.currency = 'BRL'), 0)
            """,
            new { account = plan.Provider == Reconciled.Stripe ? Postings.CashStripe : Postings.CashPix });
}
