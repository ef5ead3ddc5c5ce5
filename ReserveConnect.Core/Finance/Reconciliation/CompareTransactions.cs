using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>
/// Compares what a run has read with the books: for every payment, refund, dispute and payout that had money moved on the day, there or
/// here, all that was ever moved of it, amount and fee. One transaction, one at a time for each provider; made twice it changes nothing.
/// </summary>
public sealed class CompareTransactions(
    ReserveDatabase database, TimeProvider clock, IOptions<ReconciliationOptions> options, ILogger<CompareTransactions> log)
{
    /// <summary>Compares, raises what is found and closes what agrees by now.</summary>
    public Task RunAsync(ReconciliationPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return database.TransactAsync(unit => CompareAsync(unit, plan), cancellation);
    }

    private async Task CompareAsync(UnitOfWork unit, ReconciliationPlan plan)
    {
        var (connection, now) = (unit.Connection, clock.GetUtcNow());
        await Findings.LockAsync(unit, plan);
        if (!await connection.ExecuteScalarAsync<bool>(
            "SELECT status = 'running' AND compared IS NULL FROM reserve.reconciliations WHERE id = @Id FOR UPDATE", new { plan.Id }))
        {
            return;
        }

        var read = await TakeTransactions.RunAsync(connection, plan, now);
        var learnt = await TakeTransactions.LearnAsync(connection, plan);
        var (compared, differing, setAside, unknown) = await SumAsync(connection, plan, learnt, now);
        var differences = (await connection.QueryAsync<Difference>(
            """
            SELECT kind, movement, reference, currency, provider_amount, provider_fee, ledger_amount, ledger_fee, book_date
            FROM differing
            WHERE NOT is_set_aside
              AND NOT is_known
            ORDER BY abs(coalesce(provider_amount, 0) - coalesce(ledger_amount, 0)) + abs(coalesce(provider_fee, 0) - coalesce(ledger_fee, 0)) DESC, reference
            LIMIT @MostFindings
            """,
            new { options.Value.MostFindings })).AsList();
        await Findings.CloseAgreedAsync(unit, plan, now);
        var found = await Findings.RaiseAsync(unit, plan, differences, now);
        await connection.ExecuteAsync(
            """
            UPDATE reserve.reconciliations
            SET provider_transactions = @read,
                compared = @compared,
                agreed = @compared - @differing,
                set_aside = @setAside,
                new_findings = @found
            WHERE id = @Id;

            DELETE FROM reserve.provider_transactions
            WHERE (provider, transaction_id) IN (
                SELECT provider, transaction_id
                FROM reserve.provider_transactions
                WHERE provider = @Provider
                  AND occurred_at < @forgotten
                LIMIT @ForgetBatch)
            """,
            new { plan.Id, plan.Provider, read, compared, differing, setAside, found, forgotten = now - options.Value.Retention, options.Value.ForgetBatch });
        if (unknown > differences.Count)
        {
            log.LogError("{Provider} and the books differ in {Count} more things on {BookDate}; {Raised} are raised", plan.Provider, unknown, plan.BookDate, differences.Count);
        }
    }

    private async Task<(int Compared, int Differing, int SetAside, int Unknown)> SumAsync(
        NpgsqlConnection connection, ReconciliationPlan plan, IReadOnlyList<(string Movement, string Reference, string Currency)> learnt, DateTimeOffset now)
    {
        var bounds = new
        {
            plan.Id, plan.Provider, plan.BookDate,
            from = plan.From + options.Value.Margin,
            to = plan.To - options.Value.Margin,
            lag = options.Value.Margin / 2,
            kept = now - options.Value.Retention,
            movements = learnt.Select(one => one.Movement).ToArray(),
            references = learnt.Select(one => one.Reference).ToArray(),
            currencies = learnt.Select(one => one.Currency).ToArray(),
        };
        await connection.ExecuteAsync(
            """
            CREATE TEMPORARY TABLE touched ON COMMIT DROP AS
            SELECT t.movement, t.reference, t.currency, bool_and(t.is_settled) AS is_settled
            FROM (
                SELECT p.movement, p.reference, p.currency, false AS is_settled
                FROM reserve.provider_transactions p
                WHERE p.provider = @Provider
                  AND p.occurred_at >= @from
                  AND p.occurred_at < @to
                UNION
                SELECT c.movement, c.reference, c.currency, false
                FROM reserve.cash_movements c
                WHERE c.provider = @Provider
                  AND c.created_at >= @from
                  AND c.created_at < @to
                UNION
                SELECT l.movement, l.reference, l.currency, false
                FROM unnest(@movements, @references, @currencies) AS l (movement, reference, currency)
                UNION
                -- What was dismissed is dismissed while it is so. Of days whose transactions are forgotten nobody can say.
                SELECT f.movement, f.reference, f.currency, f.status = 'dismissed'
                FROM reserve.reconciliation_findings f
                WHERE f.provider = @Provider
                  AND f.status IN ('open', 'dismissed')
                  AND f.kind IN ('missing_in_ledger', 'missing_at_provider', 'amount_mismatch', 'duplicate')
                  AND f.book_date > reserve.book_date(@kept)) t
            GROUP BY 1, 2, 3
            """,
            bounds);
        await connection.ExecuteAsync("ANALYZE touched");
        await connection.ExecuteAsync(
            """
            CREATE TEMPORARY TABLE differing ON COMMIT DROP AS
            WITH provider AS (
                SELECT p.movement, p.reference, p.currency, sum(p.amount) AS amount, sum(p.fee) AS fee
                FROM touched t
                JOIN reserve.provider_transactions p
                    ON p.provider = @Provider AND p.movement = t.movement AND p.reference = t.reference AND p.currency = t.currency
                GROUP BY 1, 2, 3),
            entries AS (
                SELECT c.movement, c.reference, c.currency, c.amount, c.fee
                FROM touched t
                JOIN reserve.cash_movements c
                    ON c.provider = @Provider AND c.provider_reference = t.reference AND c.movement = t.movement AND c.currency = t.currency
                UNION ALL
                SELECT c.movement, c.reference, c.currency, c.amount, c.fee
                FROM reserve.cash_movements c
                JOIN touched t ON t.movement = c.movement AND t.reference = c.reference AND t.currency = c.currency
                WHERE c.provider = @Provider
                  AND c.provider_reference IS NULL),
            books AS (
                SELECT e.movement, e.reference, e.currency, sum(e.amount) AS amount, sum(e.fee) AS fee
                FROM entries e
                GROUP BY 1, 2, 3)
            SELECT t.movement, t.reference, t.currency, p.amount AS provider_amount, p.fee AS provider_fee, b.amount AS ledger_amount, b.fee AS ledger_fee,
                   t.is_settled, false AS is_set_aside, false AS is_known, NULL::text AS kind, @BookDate::date AS book_date
            FROM touched t
            LEFT JOIN provider p ON p.movement = t.movement AND p.reference = t.reference AND p.currency = t.currency
            LEFT JOIN books b ON b.movement = t.movement AND b.reference = t.reference AND b.currency = t.currency
            WHERE coalesce(p.amount, 0) <> coalesce(b.amount, 0)
               OR coalesce(p.fee, 0) <> coalesce(b.fee, 0)
            """,
            bounds);
        await connection.ExecuteAsync("ANALYZE differing");
        await connection.ExecuteAsync(
            """
            UPDATE differing d
            SET kind = CASE
                    WHEN d.ledger_amount IS NULL THEN 'missing_in_ledger'
                    WHEN d.provider_amount IS NULL THEN 'missing_at_provider'
                    WHEN (d.ledger_amount, d.ledger_fee) = (
                        SELECT sum(o.amount), sum(o.fee)
                        FROM (
                            SELECT DISTINCT p.source_id, p.type, p.amount, p.fee
                            FROM reserve.provider_transactions p
                            WHERE p.provider = @Provider
                              AND p.movement = d.movement
                              AND p.reference = d.reference
                              AND p.currency = d.currency) o)
                    THEN 'duplicate'
                    ELSE 'amount_mismatch'
                END,
                book_date = coalesce(
                    (
                        SELECT min(f.book_date)
                        FROM reserve.reconciliation_findings f
                        WHERE f.provider = @Provider
                          AND f.movement = d.movement
                          AND f.reference = d.reference
                          AND f.currency = d.currency
                          AND f.status = 'open'),
                    d.book_date),
                -- Moved here at a time of which nobody has asked the provider: what it has of that is not known.
                is_set_aside = EXISTS (
                    SELECT
                    FROM reserve.cash_movements c
                    WHERE c.provider = @Provider
                      AND (c.provider_reference = d.reference OR (c.provider_reference IS NULL AND c.reference = d.reference))
                      AND c.movement = d.movement
                      AND c.currency = d.currency
                      AND c.transaction_type <> 'adjustment'
                      AND (c.created_at < @kept OR NOT EXISTS (
                          SELECT
                          FROM reserve.reconciliations r
                          WHERE r.provider = @Provider
                            AND (r.id = @Id OR (r.status IN ('running', 'done') AND r.compared IS NOT NULL))
                            AND c.created_at >= r.window_from + @lag
                            AND c.created_at < r.window_to - @lag)))
                    -- Its provider has taken it out of the balance, and the books will when it is made.
                    OR (d.movement = 'refund' AND EXISTS (
                        SELECT
                        FROM reserve.payment_attempts a
                        JOIN reserve.refunds o ON o.payment_attempt_id = a.id
                        WHERE a.provider = @Provider
                          AND a.provider_payment_intent_id = d.reference
                          AND o.status = 'pending'
                          AND o.provider_refund_id IS NOT NULL));

            UPDATE differing d
            SET is_known = true
            FROM reserve.reconciliation_findings f
            WHERE f.provider = @Provider
              AND f.status IN ('open', 'dismissed')
              AND f.kind = d.kind
              AND f.movement = d.movement
              AND f.reference = d.reference
              AND f.currency = d.currency
              AND (f.provider_amount, f.provider_fee, f.ledger_amount, f.ledger_fee) IS NOT DISTINCT FROM
                  (d.provider_amount, d.provider_fee, d.ledger_amount, d.ledger_fee)
            """,
            bounds);
        return await connection.QuerySingleAsync<(int, int, int, int)>(
            """
            SELECT (SELECT count(*)::int FROM touched WHERE NOT is_settled),
                   count(*) FILTER (WHERE NOT is_settled)::int,
                   count(*) FILTER (WHERE NOT is_settled AND is_set_aside)::int,
                   count(*) FILTER (WHERE NOT is_set_aside AND NOT is_known)::int
            FROM differing
            """);
    }
}
