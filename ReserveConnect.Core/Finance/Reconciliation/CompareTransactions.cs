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
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('reserve.reconciliation:' || @Provider, 0))", new { plan.Provider });
        if (!await connection.ExecuteScalarAsync<bool>(
            "SELECT status = 'running' AND compared IS NULL FROM reserve.reconciliations WHERE id = @Id FOR UPDATE", new { plan.Id }))
        {
            return;
        }

        var read = await TakeAsync(connection, plan);
        var (compared, differing, setAside) = await SumAsync(connection, plan, now);
        var differences = (await connection.QueryAsync<Difference>(
            """
            SELECT kind, movement, reference, currency, provider_amount, provider_fee, ledger_amount, ledger_fee, book_date
            FROM differing
            WHERE NOT is_set_aside
            ORDER BY abs(coalesce(provider_amount, 0) - coalesce(ledger_amount, 0)) DESC, reference
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
        if (differing - setAside > differences.Count)
        {
            log.LogError("{Provider} and the books differ in {Count} things on {BookDate}; {Raised} are raised", plan.Provider, differing - setAside, plan.BookDate, differences.Count);
        }
    }

    // What the provider lists of the time is all there is of it: what it no longer lists is forgotten.
    private static async Task<int> TakeAsync(NpgsqlConnection connection, ReconciliationPlan plan)
    {
        await connection.ExecuteAsync("ANALYZE reserve.reconciliation_staging");
        await connection.ExecuteAsync(
            """
            DELETE FROM reserve.provider_transactions p
            WHERE p.provider = @Provider
              AND p.occurred_at >= @From
              AND p.occurred_at < @To
              AND NOT EXISTS (
                  SELECT
                  FROM reserve.reconciliation_staging s
                  WHERE s.reconciliation_id = @Id
                    AND s.transaction_id = p.transaction_id)
            """,
            plan);
        var read = await connection.ExecuteAsync(
            """
            INSERT INTO reserve.provider_transactions AS p
                (provider, transaction_id, type, movement, reference, source_id, amount, fee, currency, occurred_at)
            SELECT @Provider, s.transaction_id, s.type, s.movement,
                   -- A charge is the payment's whose it is; Mercado Pago's lines name our attempt or our payout.
                   coalesce(c.provider_payment_intent_id, x.provider_payment_intent_id, o.pix_transaction_id, s.reference),
                   s.source_id, s.amount, s.fee, s.currency, s.occurred_at
            FROM reserve.reconciliation_staging s
            LEFT JOIN reserve.payment_attempts c
                ON @Provider = 'stripe' AND s.movement = 'payment' AND c.provider_charge_id = s.reference
            LEFT JOIN reserve.payment_attempts x
                ON @Provider = 'mercado_pago' AND s.movement IN ('payment', 'refund', 'dispute') AND x.id::text = s.external_reference
            LEFT JOIN LATERAL (
                SELECT l.pix_transaction_id
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id
                WHERE @Provider = 'mercado_pago'
                  AND s.movement = 'payout'
                  AND s.external_reference ~ '^[0-9a-f]{32}(-[0-9]+)?$'
                  AND t.business_key = 'payout:' || CASE WHEN s.external_reference ~ '^[0-9a-f]{32}' THEN left(s.external_reference, 32)::uuid END
                LIMIT 1) o ON true
            WHERE s.reconciliation_id = @Id
            ON CONFLICT (provider, transaction_id) DO UPDATE
            SET type = EXCLUDED.type,
                movement = EXCLUDED.movement,
                reference = EXCLUDED.reference,
                source_id = EXCLUDED.source_id,
                amount = EXCLUDED.amount,
                fee = EXCLUDED.fee,
                currency = EXCLUDED.currency,
                occurred_at = EXCLUDED.occurred_at
            WHERE (p.type, p.movement, p.reference, p.source_id, p.amount, p.fee, p.currency, p.occurred_at) IS DISTINCT FROM
                  (EXCLUDED.type, EXCLUDED.movement, EXCLUDED.reference, EXCLUDED.source_id, EXCLUDED.amount, EXCLUDED.fee, EXCLUDED.currency, EXCLUDED.occurred_at)
            """,
            plan);
        var all = await connection.ExecuteAsync("DELETE FROM reserve.reconciliation_staging WHERE reconciliation_id = @Id", plan);
        return Math.Max(read, all);
    }

    private async Task<(int Compared, int Differing, int SetAside)> SumAsync(NpgsqlConnection connection, ReconciliationPlan plan, DateTimeOffset now)
    {
        var bounds = new
        {
            plan.Id, plan.Provider, plan.BookDate,
            from = plan.From + options.Value.Margin,
            to = plan.To - options.Value.Margin,
            lag = options.Value.Margin / 2,
            kept = now - options.Value.Retention,
        };
        await connection.ExecuteAsync(
            """
            CREATE TEMPORARY TABLE touched ON COMMIT DROP AS
            SELECT p.movement, p.reference, p.currency
            FROM reserve.provider_transactions p
            WHERE p.provider = @Provider
              AND p.occurred_at >= @from
              AND p.occurred_at < @to
            UNION
            SELECT c.movement, c.reference, c.currency
            FROM reserve.cash_movements c
            WHERE c.provider = @Provider
              AND c.created_at >= @from
              AND c.created_at < @to
            UNION
            SELECT f.movement, f.reference, f.currency
            FROM reserve.reconciliation_findings f
            WHERE f.provider = @Provider
              AND f.status = 'open'
              AND f.kind IN ('missing_in_ledger', 'missing_at_provider', 'amount_mismatch', 'duplicate')
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
                   false AS is_set_aside, NULL::text AS kind, @BookDate::date AS book_date
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
            """,
            bounds);
        return await connection.QuerySingleAsync<(int, int, int)>(
            """
            SELECT (SELECT count(*)::int FROM touched), count(*)::int, count(*) FILTER (WHERE is_set_aside)::int
            FROM differing
            """);
    }
}
