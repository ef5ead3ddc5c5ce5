using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Orders reconciliations: those of the day before, and whichever staff ask for. One of a provider's day is under way at a time.</summary>
public sealed class OrderReconciliation(ReserveDatabase database, TimeProvider clock, IOptions<ReconciliationOptions> options)
{
    /// <summary>
    /// Orders one. Refusals: <c>invalid_provider</c>, <c>day_not_over</c> with from when it can be reconciled.
    /// </summary>
    public async Task<Outcome<ReconciliationPlan>> RunAsync(string provider, DateOnly day, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!Reconciled.All.Contains(provider))
        {
            return Refusal.Unprocessable(
                "invalid_provider", "There is no such provider.", new FieldError("provider", "invalid_value", "Must be stripe, mercado_pago or books."));
        }

        var now = clock.GetUtcNow();
        var plan = await database.TransactAsync(unit => PlanAsync(unit, provider, day, actor, now), cancellation);
        return plan.To <= now
            ? plan
            : Refusal.Unprocessable("day_not_over", "This day cannot be reconciled yet.", new FieldError("date", "day_not_over", "Must be over.")) with
            {
                Extensions = new Dictionary<string, object?> { ["from"] = plan.To },
            };
    }

    /// <summary>Orders those of the day before, of days before it that have open findings or were missed, and has those left that were never finished.</summary>
    public async Task<IReadOnlyList<ReconciliationPlan>> DailyAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        List<(string Provider, DateOnly Day)> days;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            days =
            [
                .. await connection.QueryAsync<(string, DateOnly)>(
                    """
                    SELECT p.provider, reserve.book_date(@now) - 1
                    FROM unnest(@all) p (provider)
                    UNION
                    SELECT f.provider, f.book_date
                    FROM reserve.reconciliation_findings f
                    WHERE f.status = 'open'
                      AND f.provider <> 'books'
                      AND f.kind <> 'balance_mismatch'
                      AND f.book_date >= reserve.book_date(@now) - 1 - @LookBackDays
                    UNION
                    -- Days on which no host ran.
                    SELECT r.provider, d.missed::date
                    FROM (SELECT provider, min(book_date) AS first FROM reserve.reconciliations WHERE provider <> 'books' GROUP BY provider) r
                    CROSS JOIN LATERAL generate_series(
                        greatest(r.first, reserve.book_date(@now) - 1 - @LookBackDays)::timestamp, reserve.book_date(@now) - 2, interval '1 day') d (missed)
                    WHERE NOT EXISTS (SELECT FROM reserve.reconciliations o WHERE o.provider = r.provider AND o.book_date = d.missed::date)
                    UNION
                    SELECT r.provider, r.book_date
                    FROM reserve.reconciliations r
                    WHERE r.status IN ('requested', 'running')
                    ORDER BY 2 DESC, 1
                    """,
                    new { now, all = Reconciled.All.ToArray(), options.Value.LookBackDays }),
            ];
        }

        List<ReconciliationPlan> plans = [];
        foreach (var (provider, day) in days)
        {
            if (await RunAsync(provider, day, new Actor(ActorKind.Service), cancellation) is { Refusal: null, Value: var plan })
            {
                plans.Add(plan);
            }
        }

        return plans;
    }

    // A day that is not over leaves nothing.
    private async Task<ReconciliationPlan> PlanAsync(UnitOfWork unit, string provider, DateOnly day, Actor actor, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            "SELECT pg_advisory_xact_lock(hashtextextended('reserve.reconciliation:' || @provider || @day::date, 0))", new { provider, day });
        var (from, to) = await unit.Connection.QuerySingleAsync<(DateTimeOffset From, DateTimeOffset To)>(
            "SELECT reserve.book_day_begins(@day) - @Margin, reserve.book_day_begins(@day + 1) + @Margin", new { day, options.Value.Margin });
        var plan = new ReconciliationPlan(Guid.CreateVersion7(now), provider, day, from, to);
        if (plan.To > now)
        {
            unit.RollBack();
            return plan;
        }

        if (await unit.Connection.QuerySingleOrDefaultAsync<ReconciliationPlan>(
            """
            SELECT id, provider, book_date, window_from AS "from", window_to AS "to"
            FROM reserve.reconciliations
            WHERE provider = @provider
              AND book_date = @day
              AND status IN ('requested', 'running')
            """,
            new { provider, day }) is { } open)
        {
            return open;
        }

        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.reconciliations (id, provider, book_date, status, window_from, window_to, requested_by, requested_by_account, requested_at)
            VALUES (@Id, @Provider, @BookDate, 'requested', @From, @To, @Name, @AccountId, @now)
            """,
            new { plan.Id, plan.Provider, plan.BookDate, plan.From, plan.To, actor.Name, actor.AccountId, now });
        return plan;
    }
}
