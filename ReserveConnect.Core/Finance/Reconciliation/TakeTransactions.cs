using Dapper;
using Npgsql;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Takes what a run has read into the providers' transactions, each named after what it is of in the books.</summary>
internal static class TakeTransactions
{
    // A charge is the payment's whose it is; Mercado Pago's lines name our attempt or our payout.
    private const string Reference = "coalesce(c.provider_payment_intent_id, x.provider_payment_intent_id, o.pix_transaction_id, s.reference)";

    private const string Owners =
        """
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
        """;

    /// <summary>
    /// What the provider lists of the time is all there is of it: what it no longer lists is forgotten, unless another run has taken it
    /// since this one began to read.
    /// </summary>
    /// <returns>How many transactions the run has read.</returns>
    public static async Task<int> RunAsync(NpgsqlConnection connection, ReconciliationPlan plan, DateTimeOffset now)
    {
        await connection.ExecuteAsync("ANALYZE reserve.reconciliation_staging");
        await connection.ExecuteAsync(
            """
            DELETE FROM reserve.provider_transactions p
            WHERE p.provider = @Provider
              AND p.occurred_at >= @From
              AND p.occurred_at < @To
              AND p.taken_at < (SELECT r.started_at FROM reserve.reconciliations r WHERE r.id = @Id)
              AND NOT EXISTS (
                  SELECT
                  FROM reserve.reconciliation_staging s
                  WHERE s.reconciliation_id = @Id
                    AND s.transaction_id = p.transaction_id)
            """,
            plan);
        var read = await connection.ExecuteAsync(
            $"""
            INSERT INTO reserve.provider_transactions AS p
                (provider, transaction_id, type, movement, reference, source_id, external_reference, amount, fee, currency, occurred_at, taken_at)
            SELECT @Provider, s.transaction_id, s.type, s.movement, {Reference}, s.source_id, s.external_reference, s.amount, s.fee, s.currency, s.occurred_at, @now
            FROM reserve.reconciliation_staging s
            {Owners}
            WHERE s.reconciliation_id = @Id
            ON CONFLICT (provider, transaction_id) DO UPDATE
            SET type = EXCLUDED.type,
                movement = EXCLUDED.movement,
                reference = EXCLUDED.reference,
                source_id = EXCLUDED.source_id,
                external_reference = EXCLUDED.external_reference,
                amount = EXCLUDED.amount,
                fee = EXCLUDED.fee,
                currency = EXCLUDED.currency,
                occurred_at = EXCLUDED.occurred_at,
                taken_at = EXCLUDED.taken_at
            WHERE (p.type, p.movement, p.reference, p.source_id, p.external_reference, p.amount, p.fee, p.currency, p.occurred_at) IS DISTINCT FROM
                  (EXCLUDED.type, EXCLUDED.movement, EXCLUDED.reference, EXCLUDED.source_id, EXCLUDED.external_reference, EXCLUDED.amount, EXCLUDED.fee,
                   EXCLUDED.currency, EXCLUDED.occurred_at)
            """,
            new { plan.Id, plan.Provider, now });
        var all = await connection.ExecuteAsync("DELETE FROM reserve.reconciliation_staging WHERE reconciliation_id = @Id", plan);
        return Math.Max(read, all);
    }

    /// <summary>What was found under a name of its own, because nobody knew then what it was of, is named after it now.</summary>
    /// <returns>What they are of.</returns>
    public static async Task<IReadOnlyList<(string Movement, string Reference, string Currency)>> LearnAsync(NpgsqlConnection connection, ReconciliationPlan plan) =>
        (await connection.QueryAsync<(string, string, string)>(
            $"""
            UPDATE reserve.provider_transactions p
            SET reference = learnt.reference
            FROM (
                SELECT s.transaction_id, {Reference} AS reference
                FROM reserve.provider_transactions s
                {Owners}
                WHERE s.provider = @Provider
                  AND (s.movement, s.reference) IN (
                      SELECT f.movement, f.reference
                      FROM reserve.reconciliation_findings f
                      WHERE f.provider = @Provider
                        AND f.status IN ('open', 'dismissed')
                        AND f.kind IN ('missing_in_ledger', 'amount_mismatch', 'duplicate'))) learnt
            WHERE p.provider = @Provider
              AND p.transaction_id = learnt.transaction_id
              AND p.reference <> learnt.reference
            RETURNING p.movement, p.reference, p.currency
            """,
            plan)).AsList();
}
