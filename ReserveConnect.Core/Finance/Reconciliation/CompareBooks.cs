using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Looks daily whether the books keep what they promise (money.md, "Also inside").</summary>
public sealed class CompareBooks(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>What is looked at: the trial balance is zero, the kept balances are the sums, guest_prepayment is the unconfirmed money, property_payable what payouts still owe, every reservation adds up.</summary>
    public static IReadOnlyList<string> Promises { get; } =
    [
        "ledger_transactions_balance", "trial_balance_zero", "kept_balances_are_the_sums", "prepayment_is_unconfirmed_money",
        "payable_is_what_payouts_will_pay", "reservations_add_up",
    ];

    /// <summary>Raises what is broken and closes what holds again; each promise is asked in a moment of its own.</summary>
    public async Task RunAsync(ReconciliationPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var broken = 0;
        foreach (var promise in Promises.Select(name => Invariants.All.Single(invariant => invariant.Name == name)))
        {
            broken += await database.TransactAsync(unit => LookAsync(unit, plan, promise), cancellation);
        }

        await database.TransactAsync(
            unit => unit.Connection.ExecuteAsync(
                """
                UPDATE reserve.reconciliations
                SET compared = @all,
                    agreed = @all - @broken,
                    set_aside = 0,
                    new_findings = (SELECT count(*) FROM reserve.reconciliation_findings WHERE reconciliation_id = @Id)
                WHERE id = @Id
                """,
                new { plan.Id, all = Promises.Count, broken }),
            cancellation);
    }

    private async Task<int> LookAsync(UnitOfWork unit, ReconciliationPlan plan, Invariant promise)
    {
        var now = clock.GetUtcNow();
        await Findings.LockAsync(unit, plan);
        var (rows, first, fingerprint) = await unit.Connection.QuerySingleAsync<(long Rows, string? First, string? Fingerprint)>(
            $"""
            SELECT count(*), min(subject || ': ' || detail), md5(string_agg(subject || ': ' || detail, E'\n' ORDER BY subject, detail))
            FROM ({promise.BrokenRows}) broken
            """);
        await Findings.StandAsync(
            unit, plan, FindingKinds.BooksBroken, promise.Name,
            rows == 0
                ? null
                : new(FindingKinds.BooksBroken, "books", promise.Name, Ledger.Currency, null, null, null, null, plan.BookDate)
                {
                    Detail = $"{rows} in all, as {first}",
                    Fingerprint = fingerprint,
                },
            now);
        return rows == 0 ? 0 : 1;
    }
}
