using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Ends a run: compared, or failed, which calls a person.</summary>
public sealed class EndReconciliation(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>The kind of exception that a run which failed raises.</summary>
    public const string ExceptionType = "reconciliation_failed";

    /// <summary>All is compared. Whoever was called to an earlier failure of the same day is not needed any more.</summary>
    public Task DoneAsync(ReconciliationPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                await unit.Connection.ExecuteAsync(
                    "SELECT reserve.transition_reconciliation(@Id, 'running', 'done', 'system', 'compared', @now)", new { plan.Id, now });
                var failed = await unit.Connection.QueryAsync<Guid>(
                    "SELECT id FROM reserve.reconciliations WHERE provider = @Provider AND book_date = @BookDate AND status = 'failed'", plan);
                await Exceptions.ResolveAsync(unit, [.. failed.Select(id => $"{ExceptionType}:{id}")], "resolved_by_itself", now);
            },
            cancellation);
    }

    /// <summary>The provider could not be read. Of a day that fails again whoever was called to it is called already.</summary>
    public Task FailAsync(ReconciliationPlan plan, string reason, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var status = await unit.Connection.ExecuteScalarAsync<string>("SELECT status FROM reserve.reconciliations WHERE id = @Id FOR UPDATE", plan);
                if (status is not ("requested" or "running"))
                {
                    return;
                }

                await unit.Connection.ExecuteAsync(
                    """
                    SELECT reserve.transition_reconciliation(@Id, @status, 'failed', 'system', @reason, @now);

                    DELETE FROM reserve.reconciliation_staging WHERE reconciliation_id = @Id
                    """,
                    new { plan.Id, status, reason, now });
                if (await unit.Connection.ExecuteScalarAsync<bool>(
                    """
                    SELECT EXISTS (
                        SELECT
                        FROM reserve.reconciliations r
                        JOIN reserve.exceptions e ON e.exception_key = @ExceptionType || ':' || r.id
                        WHERE r.provider = @Provider
                          AND r.book_date = @BookDate
                          AND r.status = 'failed'
                          AND e.status IN ('open', 'in_progress'))
                    """,
                    new { ExceptionType, plan.Provider, plan.BookDate }))
                {
                    return;
                }

                await Exceptions.RaiseAsync(
                    unit,
                    TroubleTypes.Of(ExceptionType).About(plan.Id, now) with
                    {
                        ErrorMessage = reason,
                        Context = new { reconciliationId = plan.Id, plan.Provider, plan.BookDate },
                    },
                    now);
            },
            cancellation);
    }
}
