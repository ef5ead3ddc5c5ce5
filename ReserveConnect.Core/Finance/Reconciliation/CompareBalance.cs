using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>What was seen of a balance so far.</summary>
/// <param name="Rest">What was left unexplained at the last look, BRL; null: none was made.</param>
/// <param name="IsSteady">Whether it was that at every look.</param>
/// <param name="IsDone">Nothing is left to look at.</param>
public sealed record BalanceSeen(decimal? Rest = null, bool IsSteady = true, bool IsDone = false);

/// <summary>
/// Compares what lies at a provider now with what the books say, of the last day that is over: of a day before it nobody knows what lay there.
/// </summary>
public sealed class CompareBalance(
    ReserveDatabase database, IStripeGateway stripe, MercadoPagoClient mercadoPago, TimeProvider clock, IOptions<ReconciliationOptions> options,
    ILogger<CompareBalance> log)
{
    private const string Moved = "money moved while it was looked at";

    /// <summary>Looks once.</summary>
    /// <param name="plan">The run, compared.</param>
    /// <param name="seen">What the looks before have seen.</param>
    /// <param name="isLast">Whether what does not agree is a finding, if it was the same at every look; else it may be money on its way, and is looked at again.</param>
    public async Task<BalanceSeen> RunAsync(ReconciliationPlan plan, BalanceSeen seen, bool isLast, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(seen);
        decimal? before;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            before = await connection.ExecuteScalarAsync<bool>("SELECT reserve.book_date(@now) - 1 = @BookDate", new { plan.BookDate, now = clock.GetUtcNow() })
                ? await CashAsync(connection, plan)
                : null;
        }

        if (before is not { } expected)
        {
            return seen with { IsDone = true };
        }

        var answer = plan.Provider == Reconciled.Stripe ? await stripe.GetBalance(cancellation) : await mercadoPago.GetBalance(cancellation);
        if (answer is not ProviderAnswer<ProviderBalance>.Done { Value: var balance })
        {
            if (isLast)
            {
                log.LogWarning("{Provider} does not tell its balance; the books of {BookDate} are compared without it", plan.Provider, plan.BookDate);
                await NoteAsync(plan, "the provider does not tell", cancellation);
            }

            return seen with { IsDone = isLast };
        }

        return await database.TransactAsync(unit => JudgeAsync(unit, plan, balance, expected, seen, isLast), cancellation);
    }

    private async Task<BalanceSeen> JudgeAsync(UnitOfWork unit, ReconciliationPlan plan, ProviderBalance balance, decimal expected, BalanceSeen before, bool isLast)
    {
        var (connection, now) = (unit.Connection, clock.GetUtcNow());
        await Findings.LockAsync(unit, plan);
        var books = await CashAsync(connection, plan);
        var explained = await ExplainedAsync(connection, plan, balance.Total - books);
        // What a list leaves out or makes up is not missing in the balance.
        var rest = balance.Total == books ? 0m : balance.Total - books - explained;
        var seen = new BalanceSeen(rest, before.IsSteady && books == expected && (before.Rest is null || before.Rest == rest), isLast || rest == 0);
        if (!seen.IsDone)
        {
            return seen;
        }

        var isJudged = rest == 0 || seen.IsSteady || await IsBusyForDaysAsync(connection, plan);
        if (isJudged)
        {
            var difference = new Difference(FindingKinds.BalanceMismatch, "balance", plan.Provider, Ledger.Currency, rest, 0m, 0m, 0m, plan.BookDate)
            {
                Detail = $"{balance.Total:0.00} there, {balance.Pending:0.00} of it not free; {books:0.00} in the books; {explained:0.00} explained by findings"
                    + (seen.IsSteady ? "" : "; money moved at every look for days"),
                Fingerprint = $"{rest:0.00}",
            };
            await Findings.StandAsync(unit, plan, FindingKinds.BalanceMismatch, plan.Provider, rest == 0 ? null : difference, now);
        }

        await connection.ExecuteAsync(
            """
            UPDATE reserve.reconciliations
            SET provider_balance = @Total,
                books_balance = @books,
                explained = @explained,
                balance_note = @note
            WHERE id = @Id
            """,
            new { plan.Id, balance.Total, books, explained, note = isJudged ? null : Moved });
        return seen;
    }

    // Open and dismissed findings, which are true as of the comparison just made, and refunds that the books have when they are made:
    // Stripe takes them out of the balance at once, of another provider it is not said. Who dismisses what is listed twice says that it
    // was paid once, unless the balance says otherwise.
    private static async Task<decimal> ExplainedAsync(NpgsqlConnection connection, ReconciliationPlan plan, decimal difference)
    {
        var (found, twice, onTheirWay) = await connection.QuerySingleAsync<(decimal Found, decimal Twice, decimal OnTheirWay)>(
            """
            SELECT f.found, f.twice,
                   (
                       SELECT coalesce(sum(o.amount), 0)
                       FROM reserve.refunds o
                       JOIN reserve.payment_attempts a ON a.id = o.payment_attempt_id
                       WHERE a.provider = @Provider
                         AND o.status = 'pending'
                         AND o.provider_refund_id IS NOT NULL
                         AND o.currency = 'BRL') AS on_their_way
            FROM (
                SELECT coalesce(sum(difference) FILTER (WHERE status = 'open' OR kind <> 'duplicate'), 0) AS found,
                       coalesce(sum(difference) FILTER (WHERE status = 'dismissed' AND kind = 'duplicate'), 0) AS twice
                FROM reserve.reconciliation_findings
                WHERE provider = @Provider
                  AND status IN ('open', 'dismissed')
                  AND kind IN ('missing_in_ledger', 'missing_at_provider', 'amount_mismatch', 'duplicate')
                  AND currency = 'BRL') f
            """,
            plan);
        decimal[] possible = [found, found - onTheirWay, found + twice, found + twice - onTheirWay];
        return possible.Contains(difference) ? difference
            : plan.Provider == Reconciled.Stripe ? found - onTheirWay
            : found;
    }

    // A platform that is never quiet would never be judged.
    private Task<bool> IsBusyForDaysAsync(NpgsqlConnection connection, ReconciliationPlan plan) =>
        connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                       SELECT
                       FROM reserve.reconciliations
                       WHERE provider = @Provider
                         AND balance_note = @Moved
                         AND book_date <= @BookDate - @BalancePatienceDays)
               AND NOT EXISTS (
                       SELECT
                       FROM reserve.reconciliations
                       WHERE provider = @Provider
                         AND provider_balance IS NOT NULL
                         AND balance_note IS NULL
                         AND book_date >= @BookDate - @BalancePatienceDays)
            """,
            new { plan.Provider, plan.BookDate, Moved, options.Value.BalancePatienceDays });

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
