using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Finance.Payouts;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Orders reconciliations: those of the day before, and whichever staff ask for. One of a provider's day is under way at a time.</summary>
public sealed class OrderReconciliation(ReserveDatabase database, EndReconciliation end, TimeProvider clock, IOptions<ReconciliationOptions> options)
{
    /// <summary>
    /// Orders one. Refusals: <c>invalid_provider</c>, <c>invalid_date</c> of a day to come or one of which nothing is kept, <c>day_not_over</c> with from when it can be reconciled.
    /// </summary>
    public async Task<Outcome<ReconciliationPlan>> RunAsync(string provider, DateOnly day, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!Reconciled.All.Contains(provider))
        {
            return Refusal.Unprocessable(
                "invalid_provider", "There is no such provider.", new FieldError("provider", "invalid_value", "Must be stripe, mercado_pago or books."));
        }

        var today = BookDays.Of(clock.GetUtcNow());
        if (day > today || day < today.AddDays(-options.Value.Retention.Days))
        {
            return Refusal.Unprocessable(
                "invalid_date", "This day cannot be reconciled.",
                new FieldError("date", "invalid_value", $"Must be over, and at most {options.Value.Retention.Days} days ago."));
        }

        return await OrderAsync(provider, day, actor, cancellation);
    }

    /// <summary>
    /// Orders those of the day before and of the last days before it, of days that have open findings, failed or were missed, and has those
    /// left that were never finished. Days that were missed too long ago for it fail, which calls a person.
    /// </summary>
    public async Task<IReadOnlyList<ReconciliationPlan>> DailyAsync(CancellationToken cancellation)
    {
        List<ReconciliationPlan> plans = [];
        foreach (var (provider, day, isTooOld) in await DaysAsync(cancellation))
        {
            // However old: what is missed is not lost because it is not kept any more.
            if (await OrderAsync(provider, day, new Actor(ActorKind.Service), cancellation) is not { Refusal: null, Value: var plan })
            {
                continue;
            }

            if (isTooOld)
            {
                await end.FailAsync(plan, $"missed more than {options.Value.MostMissedDays} days ago: it is not made up for unless somebody orders it", cancellation);
            }
            else
            {
                plans.Add(plan);
            }
        }

        return plans;
    }

    private async Task<Outcome<ReconciliationPlan>> OrderAsync(string provider, DateOnly day, Actor actor, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var plan = await database.TransactAsync(unit => PlanAsync(unit, provider, day, actor, now), cancellation);
        return plan.To <= now
            ? plan
            : Refusal.Unprocessable("day_not_over", "This day cannot be reconciled yet.", new FieldError("date", "day_not_over", "Must be over.")) with
            {
                Extensions = new Dictionary<string, object?> { ["from"] = plan.To },
            };
    }

    private async Task<IReadOnlyList<(string Provider, DateOnly Day, bool IsTooOld)>> DaysAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var days = await connection.QueryAsync<(string, DateOnly, bool)>(
            """
            WITH firsts AS (
                -- What staff have reconciled of days before the first daily run makes none of them missed.
                SELECT provider, min(book_date) AS first
                FROM reserve.reconciliations
                WHERE provider <> 'books'
                  AND requested_by_account IS NULL
                GROUP BY provider),
            missed AS (
                SELECT f.provider, d.day::date AS day
                FROM firsts f
                CROSS JOIN LATERAL generate_series(f.first::timestamp, @yesterday::date - 1, interval '1 day') d (day)
                WHERE NOT EXISTS (
                    SELECT
                    FROM reserve.reconciliations r
                    WHERE r.provider = f.provider
                      AND r.book_date = d.day::date
                      AND r.status = 'done'
                      AND NOT EXISTS (
                          SELECT
                          FROM reserve.reconciliations n
                          WHERE n.provider = r.provider
                            AND n.book_date = r.book_date
                            AND n.status = 'failed'
                            AND n.requested_at > r.requested_at)))
            SELECT p.provider, @yesterday::date, false
            FROM unnest(@all) p (provider)
            UNION
            SELECT f.provider, d.day::date, false
            FROM firsts f
            CROSS JOIN LATERAL generate_series(
                greatest(f.first, @yesterday::date - @RereadDays)::timestamp, @yesterday::date - 1, interval '1 day') d (day)
            UNION
            SELECT f.provider, f.book_date, false
            FROM reserve.reconciliation_findings f
            WHERE f.status = 'open'
              AND f.provider <> 'books'
              AND f.kind <> 'balance_mismatch'
              AND f.book_date >= @yesterday::date - @LookBackDays
            UNION
            SELECT m.provider, m.day, m.day < @yesterday::date - @MostMissedDays
            FROM missed m
            WHERE m.day >= @yesterday::date - @MostMissedDays
               -- One that failed has called a person.
               OR NOT EXISTS (SELECT FROM reserve.reconciliations r WHERE r.provider = m.provider AND r.book_date = m.day)
            UNION
            SELECT r.provider, r.book_date, false
            FROM reserve.reconciliations r
            WHERE r.status IN ('requested', 'running')
            ORDER BY 2 DESC, 1
            """,
            new
            {
                yesterday = BookDays.Of(clock.GetUtcNow()).AddDays(-1), all = Reconciled.All.ToArray(),
                options.Value.RereadDays, options.Value.LookBackDays,
                MostMissedDays = Math.Max(options.Value.MostMissedDays, options.Value.RereadDays),
            });
        return days.AsList();
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
