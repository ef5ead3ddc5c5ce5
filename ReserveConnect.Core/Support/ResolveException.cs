using Dapper;
using Microsoft.Extensions.Logging;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Support;

/// <summary>
/// A person settles an exception. The decision is stored in its row first, with who made it; then it is acted on. Whoever loses
/// the answer sends it again: what was stored is acted on again, and every act comes to the same when done twice.
/// </summary>
public sealed class ResolveException(ReserveDatabase database, ExceptionActions actions, TimeProvider clock, ILogger<ResolveException> log)
{
    /// <summary>
    /// Refusals: <c>exception_not_found</c>, <c>exception_closed</c>, <c>exception_taken</c>, <c>exception_decided</c>,
    /// <c>action_not_available</c> with those that are, <c>supervisor_required</c>, and those of fields that the action needs;
    /// besides what the action itself comes to.
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
        return await AnswerAsync(await actions.ActAsync(decided.Value.Exception, order, cancellation), id, cancellation);
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
            return ExceptionOrder.Read(exception.Decision)?.Action == order.Action && exception.DecidedBy == actor.AccountId
                ? new Looked(exception, IsDone: true)
                : exception.Closed;
        }

        if (order.Check(TroubleTypes.Of(exception.ExceptionType), actor) is { } refusal)
        {
            return refusal;
        }

        if (exception.AssignedTo is { } other && other != actor.AccountId)
        {
            return exception.Taken;
        }

        // A saga may be acting on what was decided: another decision would be too late, and look as if it was not.
        return exception.ExceptionType == Booking.HostFailure.ExceptionType && ExceptionOrder.Read(exception.Decision) is { } pending && pending with { Notes = null } != order with { Notes = null }
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
        if (ExceptionOrder.Read(exception.Decision) == order)
        {
            return look;
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
                resolution_notes = coalesce(@Notes, resolution_notes),
                updated_at = @now
            WHERE id = @id
            """,
            new { id, decision = order.ToJson(), now, actor.AccountId, actor.Name, order.Notes });
        await AuditLog.WriteAsync(unit, "exception", id, "decided", null, new { order.Action, order.HostBookingId, order.ProviderRefundId }, null, actor.Name, now);
        if (order.Action != TroubleAction.Dismiss.Name)
        {
            return new Looked(exception, IsDone: false);
        }

        await exception.MoveAsync(unit, "dismissed", actor, "nothing is left to do", now);
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.exceptions SET resolution_action = 'dismiss', resolved_at = @now, resolved_by = @AccountId WHERE id = @id",
            new { id, now, actor.AccountId });
        return new Looked(exception, IsDone: true);
    }

    private sealed record Looked(LockedException Exception, bool IsDone);
}
