using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Payments;

namespace ReserveConnect.Support;

/// <summary>
/// A person settles an exception. The decision is stored in its row first, with who made it; then it is acted on. Whoever loses
/// the answer sends it again: what was stored is acted on again, and every act comes to the same when done twice.
/// </summary>
public sealed class ResolveException(ReserveDatabase database, ExceptionActions actions, TimeProvider clock, ILogger<ResolveException> log)
{
    private const int MostPerRun = 100;

    /// <summary>A decision that nothing acted on for so long was left behind.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Refusals: <c>exception_not_found</c>, <c>exception_closed</c>, <c>exception_taken</c>, <c>exception_decided</c>,
    /// <c>action_not_available</c> with those that are, <c>supervisor_required</c>, <c>own_refund_order</c>, and those of
    /// fields that the action needs; besides what the action itself comes to.
    /// </summary>
    /// <returns>The exception as it stands then: closed, or with the action pending.</returns>
    public async Task<Outcome<ExceptionView>> RunAsync(Guid id, ExceptionOrder order, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var first = await database.TransactAsync(unit => LookAsync(unit, id, order, actor), cancellation);
        if (first.Refusal is not null || first.Value.IsDone)
        {
            return await AnswerAsync(first.Refusal, id, cancellation);
        }

        // What needs an answer from outside is asked before anything is stored, and never in a transaction.
        if (await actions.CheckAsync(first.Value.Exception, order, cancellation) is { } impossible)
        {
            return impossible;
        }

        var decided = await database.TransactAsync(unit => DecideAsync(unit, id, order, actor), cancellation);
        if (decided.Refusal is not null || decided.Value.IsDone)
        {
            return await AnswerAsync(decided.Refusal, id, cancellation);
        }

        log.LogInformation("Exception {ExceptionId} of type {ExceptionType}: {Action}", id, decided.Value.Exception.ExceptionType, order.Action);
        return await AnswerAsync(await ActAsync(decided.Value.Exception, order, cancellation), id, cancellation);
    }

    /// <summary>Acts on what was decided some minutes ago by a process that then died.</summary>
    public async Task ActAgainAsync(CancellationToken cancellation)
    {
        IReadOnlyList<Guid> forgotten;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            forgotten =
            [
                .. await connection.QueryAsync<Guid>(
                    """
                    SELECT id
                    FROM reserve.exceptions
                    WHERE decision IS NOT NULL
                      AND acted_at IS NULL
                      AND status IN ('open', 'in_progress')
                      AND decided_at < @before
                    ORDER BY decided_at
                    LIMIT @MostPerRun
                    """,
                    new { before = clock.GetUtcNow() - Forgotten, MostPerRun }),
            ];
        }

        foreach (var id in forgotten)
        {
            try
            {
                var exception = (await database.TransactAsync(unit => LockedException.FindAsync(unit, id), cancellation))!;
                if (!exception.IsClosed && ExceptionOrder.Read(exception.Decision) is { } order)
                {
                    await ActAsync(exception, order, cancellation);
                }
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                log.LogError(failure, "What was decided on exception {ExceptionId} could not be acted on", id);
            }
        }
    }

    // What came to nothing is no decision any more: whoever looks must not believe that something is on its way.
    private async Task<Refusal?> ActAsync(LockedException exception, ExceptionOrder order, CancellationToken cancellation)
    {
        var refusal = await actions.ActAsync(exception, order, cancellation);
        await database.TransactAsync(
            unit => unit.Connection.ExecuteAsync(
                refusal is null
                    ? "UPDATE reserve.exceptions SET acted_at = @now WHERE id = @Id AND decision = @decision::jsonb"
                    : """
                    UPDATE reserve.exceptions
                    SET decision = NULL,
                        decided_at = NULL,
                        decided_by = NULL,
                        decided_actor = NULL,
                        updated_at = @now
                    WHERE id = @Id
                      AND decision = @decision::jsonb
                      AND status IN ('open', 'in_progress')
                    """,
                new { exception.Id, decision = order.ToJson(), now = clock.GetUtcNow() }),
            cancellation);
        return refusal;
    }

    private async Task<Outcome<ExceptionView>> AnswerAsync(Refusal? refusal, Guid id, CancellationToken cancellation)
    {
        if (refusal is not null)
        {
            return refusal;
        }

        await using var connection = await database.OpenAsync(cancellation);
        return (await ExceptionRow.FindAsync(connection, id, clock.GetUtcNow()))!;
    }

    private static async Task<Outcome<Looked>> LookAsync(UnitOfWork unit, Guid id, ExceptionOrder order, Actor actor)
    {
        if (await LockedException.FindAsync(unit, id) is not { } exception)
        {
            return LockedException.NotFound;
        }

        if (exception.IsClosed)
        {
            // Pressed twice, or the answer was lost: what was ordered is done.
            return order.IsSameAs(ExceptionOrder.Read(exception.Decision)) && exception.DecidedBy == actor.AccountId
                ? new Looked(exception, IsDone: true)
                : exception.Closed;
        }

        if (order.Check(TroubleTypes.Of(exception.ExceptionType), actor) is { } refusal)
        {
            return refusal;
        }

        if (RefundWishes.RefusalOf(exception, order, actor) is { } own)
        {
            return own;
        }

        if (exception.AssignedTo is { } other && other != actor.AccountId)
        {
            return exception.Taken;
        }

        // A saga may be acting on what was decided, be it by itself at the deadline: another decision would be too late, and look as if it was not.
        return IsFinal(exception) && ExceptionOrder.Read(exception.Decision) is { } pending && (!order.IsSameAs(pending) || exception.DecidedBy != actor.AccountId)
            ? Refusal.Conflict("exception_decided", $"This was decided already: {pending.Action}.")
            : new Looked(exception, IsDone: false);
    }

    private async Task<Outcome<Looked>> DecideAsync(UnitOfWork unit, Guid id, ExceptionOrder order, Actor actor)
    {
        var look = await LookAsync(unit, id, order, actor);
        if (look.Refusal is not null || look.Value.IsDone)
        {
            return look;
        }

        var (now, exception) = (clock.GetUtcNow(), look.Value.Exception);
        var standing = ExceptionOrder.Read(exception.Decision);
        if (standing == order || (IsFinal(exception) && standing is not null))
        {
            return look;
        }

        if (order.HostBookingId is { } byHand && await ExceptionActions.IsPromisedAsync(unit, exception, byHand))
        {
            return ExceptionActions.HostBookingUsed;
        }

        if (exception.AssignedTo is null)
        {
            await exception.GiveAsync(unit, actor.AccountId, actor, now);
            exception = exception with { Status = "in_progress" };
        }

        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.exceptions
            SET decision = @decision::jsonb,
                decided_at = @now,
                decided_by = @AccountId,
                decided_actor = @Name,
                acted_at = NULL,
                resolution_notes = coalesce(@Notes, resolution_notes),
                updated_at = @now
            WHERE id = @id
            """,
            new { id, decision = order.ToJson(), now, actor.AccountId, actor.Name, order.Notes });
        await AuditLog.WriteAsync(unit, "exception", id, "decided", null, new { order.Action, order.HostBookingId, order.ProviderRefundId }, null, actor.Name, now);
        exception = exception with { DecidedActor = actor.Name };
        if (order.Action != TroubleAction.Dismiss.Name)
        {
            return new Looked(exception, IsDone: false);
        }

        if (exception.ExceptionType == Finance.Reconciliation.Findings.ExceptionType)
        {
            await Finance.Reconciliation.ResolveFinding.DismissedAsync(
                unit, JsonElement.Parse(exception.Context).GetProperty("finding_id").GetGuid(), order.Notes ?? "nothing is to be set right", actor, now);
        }

        await exception.MoveAsync(unit, "dismissed", actor, "nothing is left to do", now);
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.exceptions SET resolution_action = 'dismiss', resolved_at = @now, resolved_by = @AccountId WHERE id = @id",
            new { id, now, actor.AccountId });
        return new Looked(exception, IsDone: true);
    }

    // What is decided is carried out by a saga, and stands as long as that does.
    private static bool IsFinal(LockedException exception) => exception.ExceptionType == Booking.HostFailure.ExceptionType;

    private sealed record Looked(LockedException Exception, bool IsDone);
}
