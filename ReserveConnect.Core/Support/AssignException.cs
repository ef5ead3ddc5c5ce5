using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Support;

/// <summary>Who is to have an exception.</summary>
/// <param name="To">An account of the staff; null: whoever asks.</param>
/// <param name="TakeOver">Although somebody else has it.</param>
/// <param name="GiveBack">Nobody is to have it.</param>
public sealed record Assignment(Guid? To, bool TakeOver, bool GiveBack);

/// <summary>Gives an exception to one person, so that no two work on it.</summary>
public sealed class AssignException(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>
    /// Refusals: <c>exception_not_found</c>, <c>exception_closed</c>, <c>exception_taken</c> with since when,
    /// <c>supervisor_required</c>, <c>assignee_not_staff</c>. Twice is once.
    /// </summary>
    public Task<Outcome<ExceptionView>> RunAsync(Guid id, Assignment wanted, Actor actor, CancellationToken cancellation) =>
        database.TransactAsync<Outcome<ExceptionView>>(
            async unit =>
            {
                ArgumentNullException.ThrowIfNull(wanted);
                var now = clock.GetUtcNow();
                if (await LockedException.FindAsync(unit, id) is not { } exception)
                {
                    return LockedException.NotFound;
                }

                var refusal = wanted.GiveBack
                    ? await GiveBackAsync(unit, exception, actor, now)
                    : await AssignAsync(unit, exception, wanted, actor, now);
                return refusal is null ? (await ExceptionRow.FindAsync(unit.Connection, id, now))! : refusal;
            },
            cancellation);

    private static async Task<Refusal?> AssignAsync(UnitOfWork unit, LockedException exception, Assignment wanted, Actor actor, DateTimeOffset now)
    {
        var to = wanted.To ?? actor.AccountId!.Value;
        var mayOverrule = actor.Kind is ActorKind.Supervisor or ActorKind.Admin;
        if (!mayOverrule && (to != actor.AccountId || wanted.TakeOver))
        {
            return ForSupervisors("Only a supervisor gives an exception to somebody else, or takes one over.");
        }

        if (exception.IsClosed)
        {
            return exception.Closed;
        }

        if (exception.AssignedTo == to)
        {
            return null;
        }

        if (exception.AssignedTo is not null && !wanted.TakeOver)
        {
            return exception.Taken;
        }

        if (to != actor.AccountId && !await IsStaffAsync(unit, to))
        {
            return Refusal.Unprocessable(
                "assignee_not_staff", "There is no active account of the staff with this id.", new FieldError("to", "assignee_not_staff", "No account of the staff."));
        }

        await exception.GiveAsync(unit, to, actor, now);
        return null;
    }

    private static async Task<Refusal?> GiveBackAsync(UnitOfWork unit, LockedException exception, Actor actor, DateTimeOffset now)
    {
        if (exception.IsClosed)
        {
            return exception.Closed;
        }

        if (exception.AssignedTo is null)
        {
            return null;
        }

        if (exception.AssignedTo != actor.AccountId && actor.Kind is not (ActorKind.Supervisor or ActorKind.Admin))
        {
            return exception.Taken;
        }

        await exception.GiveAsync(unit, null, actor, now);
        return null;
    }

    internal static Refusal ForSupervisors(string detail) => new(RefusalKind.Forbidden, "supervisor_required", detail);

    private static Task<bool> IsStaffAsync(UnitOfWork unit, Guid account) => unit.Connection.ExecuteScalarAsync<bool>(
        """
        SELECT EXISTS (
            SELECT
            FROM reserve.accounts
            WHERE id = @account
              AND status = 'active'
              AND role IN ('agent', 'supervisor', 'admin'))
        """,
        new { account });
}
