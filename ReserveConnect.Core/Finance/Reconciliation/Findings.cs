using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Findings as rows and as exceptions: the same facts once, closed when they are facts no more.</summary>
internal static class Findings
{
    public const string ExceptionType = "reconciliation_finding";

    /// <summary>The key of a finding's exception.</summary>
    public static string KeyOf(Guid findingId) => $"{ExceptionType}:{findingId}";

    /// <summary>Whoever compares one provider, or the books themselves, does so alone until the transaction ends.</summary>
    public static Task LockAsync(UnitOfWork unit, ReconciliationPlan plan) =>
        unit.Connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('reserve.reconciliation:' || @Provider, 0))", new { plan.Provider });

    /// <summary>Raises those that are not known.</summary>
    /// <returns>How many they were.</returns>
    public static async Task<int> RaiseAsync(UnitOfWork unit, ReconciliationPlan plan, IReadOnlyList<Difference> differences, DateTimeOffset now)
    {
        var raised = 0;
        foreach (var difference in differences)
        {
            var id = Guid.CreateVersion7(now);
            raised += await unit.Connection.ExecuteAsync(
                """
                INSERT INTO reserve.reconciliation_findings
                    (id, reconciliation_id, provider, book_date, kind, movement, reference, currency, provider_amount, provider_fee, ledger_amount, ledger_fee,
                     difference, detail, fingerprint, found_at)
                VALUES (@id, @Run, @Provider, @BookDate, @Kind, @Movement, @Reference, @Currency, @ProviderAmount, @ProviderFee, @LedgerAmount, @LedgerFee,
                        @Amount, @Detail, @Fingerprint, @now)
                ON CONFLICT DO NOTHING
                """,
                new
                {
                    id, Run = plan.Id, plan.Provider, difference.BookDate, difference.Kind, difference.Movement, difference.Reference, difference.Currency,
                    difference.ProviderAmount, difference.ProviderFee, difference.LedgerAmount, difference.LedgerFee, difference.Amount, difference.Detail, difference.Fingerprint, now,
                }) == 1
                    ? await CallAsync(unit, plan, difference, id, now)
                    : 0;
        }

        return raised;
    }

    /// <summary>Closes those of the table <c>touched</c> whose facts are not in <c>differing</c>, those that were dismissed too. What is not judged stays.</summary>
    public static async Task CloseAgreedAsync(UnitOfWork unit, ReconciliationPlan plan, DateTimeOffset now) =>
        await CloseAsync(
            unit,
            await unit.Connection.QueryAsync<(Guid, string)>(
                """
                SELECT f.id, f.status
                FROM reserve.reconciliation_findings f
                JOIN touched t ON t.movement = f.movement AND t.reference = f.reference AND t.currency = f.currency
                WHERE f.provider = @Provider
                  AND f.status IN ('open', 'dismissed')
                  AND f.kind IN ('missing_in_ledger', 'missing_at_provider', 'amount_mismatch', 'duplicate')
                  AND NOT EXISTS (
                      SELECT
                      FROM differing d
                      WHERE d.movement = f.movement
                        AND d.reference = f.reference
                        AND d.currency = f.currency
                        AND (d.is_set_aside OR (d.kind, d.provider_amount, d.provider_fee, d.ledger_amount, d.ledger_fee) IS NOT DISTINCT FROM
                                               (f.kind, f.provider_amount, f.provider_fee, f.ledger_amount, f.ledger_fee)))
                ORDER BY f.id
                """,
                plan),
            now);

    /// <summary>
    /// What stands for a promise or a balance: found with another fingerprint, what was dismissed is closed and what is open says how it is now.
    /// </summary>
    /// <param name="difference">With its fingerprint; null: nothing is wrong any more.</param>
    /// <returns>How many were raised.</returns>
    public static async Task<int> StandAsync(
        UnitOfWork unit, ReconciliationPlan plan, string kind, string reference, Difference? difference, DateTimeOffset now)
    {
        var known = (await unit.Connection.QueryAsync<(Guid Id, string Status, string? Fingerprint)>(
            """
            SELECT id, status, fingerprint
            FROM reserve.reconciliation_findings
            WHERE provider = @Provider
              AND kind = @kind
              AND reference = @reference
              AND status IN ('open', 'dismissed')
            ORDER BY id
            FOR UPDATE
            """,
            new { plan.Provider, kind, reference })).AsList();
        if (difference is not null && known.Exists(one => one.Fingerprint == difference.Fingerprint))
        {
            return 0;
        }

        var open = known.Where(one => one.Status == "open").Select(one => one.Id).ToList();
        if (difference is null || kind == FindingKinds.BalanceMismatch || open.Count == 0)
        {
            await CloseAsync(unit, known.Select(one => (one.Id, one.Status)), now);
            return difference is null ? 0 : await RaiseAsync(unit, plan, [difference], now);
        }

        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.reconciliation_findings
            SET detail = @Detail,
                fingerprint = @Fingerprint
            WHERE id = @id;

            UPDATE reserve.exceptions
            SET context = context || jsonb_build_object('detail', @Detail::text),
                updated_at = @now
            WHERE exception_key = @key
            """,
            new { id = open[0], key = KeyOf(open[0]), difference.Detail, difference.Fingerprint, now });
        return 0;
    }

    private static async Task CloseAsync(UnitOfWork unit, IEnumerable<(Guid Id, string Status)> findings, DateTimeOffset now)
    {
        foreach (var (id, status) in findings)
        {
            await unit.Connection.ExecuteAsync(
                "SELECT reserve.transition_finding(@id, @status, 'closed', 'system', 'books and provider agree', @now)", new { id, status, now });
            await Exceptions.ResolveAsync(unit, KeyOf(id), "resolved_by_itself", now);
        }
    }

    private static async Task<int> CallAsync(UnitOfWork unit, ReconciliationPlan plan, Difference difference, Guid id, DateTimeOffset now)
    {
        var type = TroubleTypes.Of(ExceptionType);
        await Exceptions.RaiseAsync(
            unit,
            type.About(id, now) with
            {
                ErrorCode = difference.Kind,
                Context = new
                {
                    findingId = id, plan.Provider, difference.BookDate, difference.Kind, difference.Movement, difference.Reference, difference.Currency,
                    difference.ProviderAmount, difference.ProviderFee, difference.LedgerAmount, difference.LedgerFee, difference = difference.Amount, difference.Detail,
                },
            },
            now);
        return 1;
    }
}
