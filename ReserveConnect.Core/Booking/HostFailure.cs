using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Payments;
using ReserveConnect.Support;

namespace ReserveConnect.Booking;

/// <summary>What an agent decided about a booking that the Host did not take.</summary>
/// <param name="ExceptionId">The failure that it was decided on.</param>
/// <param name="Action"><c>retry</c>, <c>override</c> (booked at the Host by hand) or <c>cancel_and_refund</c>.</param>
/// <param name="HostBookingId">For <c>override</c>.</param>
/// <param name="Actor">Who decided.</param>
/// <param name="DecidedAt">UTC instant; with the exception it names this decision among those before and after.</param>
public sealed record HostFailureDecision(Guid ExceptionId, string Action, Guid? HostBookingId, string Actor, DateTimeOffset DecidedAt);

/// <summary>Step 6 of the booking saga: the Host said no, or nothing. A person may decide; else the money goes back.</summary>
public sealed class HostFailure(ReserveDatabase database, TimeProvider clock, IOptions<BookingOptions> options)
{
    public const string ExceptionType = "host_booking_failed";

    /// <summary>The Host is asked again.</summary>
    public const string Retry = "retry";

    private const string GiveUp = "cancel_and_refund";

    /// <summary>
    /// Moves the intent to <c>host_commit_failed</c> and calls a person. Nobody is called where nobody waits for a booking any more:
    /// its guest has left, or the Host said no to a change and the booking stands as it was.
    /// </summary>
    /// <param name="isNo">Whether it said no; else it was silent.</param>
    /// <returns>UTC instant until which a decision is waited for.</returns>
    public Task<DateTimeOffset> RecordAsync(Guid intentId, string reason, bool isNo, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var intent = await BookingIntents.LockAsync(unit, intentId);
                if (intent.Status == BookingIntentStatus.HostCommitPending)
                {
                    await BookingIntents.MoveAsync(
                        unit, intentId, intent.Status, BookingIntentStatus.HostCommitFailed, "system", reason, now);
                    if (intent.CancelRequestedAt is null && (!isNo || intent.ModifiesReservationId is null))
                    {
                        await Exceptions.RaiseAsync(unit, await TroubleAsync(unit, intent, reason, now + options.Value.HostFailureDecisionTime), now);
                    }

                    await Outbox.AppendAsync(
                        unit, intent.ModifiesReservationId is null ? "booking.host_commit_failed" : "booking.modification_failed", "booking_intent", intentId, new { reason }, now);
                }

                return await DecisionDueAsync(unit, intentId, now);
            },
            cancellation);

    /// <summary>What a person has decided on the failure that stands; null: nothing yet.</summary>
    public async Task<HostFailureDecision?> DecisionAsync(Guid intentId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await ReadAsync(connection, intentId);
    }

    /// <summary>
    /// The time to decide is over: what a person decided until now stands, else it is <c>cancel_and_refund</c> by <c>system</c>, and
    /// whoever comes later is too late.
    /// </summary>
    /// <returns>What is decided; null: the failure is settled already.</returns>
    public Task<HostFailureDecision?> CloseDecisionAsync(Guid intentId, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                await DecideAsync(unit, intentId, GiveUp, "system", clock.GetUtcNow());
                return await ReadAsync(unit.Connection, intentId);
            },
            cancellation);

    /// <summary>Nobody waits for the booking any more: that is decided, unless something else has been. The caller has locked the intent.</summary>
    /// <returns>Whether it is given up.</returns>
    internal static async Task<bool> GiveUpAsync(UnitOfWork unit, Guid intentId, string actor, DateTimeOffset now)
    {
        await DecideAsync(unit, intentId, GiveUp, actor, now);
        return await ReadAsync(unit.Connection, intentId) is { Action: GiveUp };
    }

    /// <summary>Decides on the failure that stands, unless it is decided. Where a person is deciding at this moment it waits for the row, and then finds it decided.</summary>
    /// <param name="evenIfTaken">Also where somebody has it in hand.</param>
    internal static Task DecideAsync(UnitOfWork unit, Guid intentId, string action, string actor, DateTimeOffset now, bool evenIfTaken = true) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.exceptions
            SET decision = @decision::jsonb,
                decided_at = @now,
                decided_actor = @actor,
                updated_at = @now
            WHERE booking_intent_id = @intentId
              AND exception_type = @ExceptionType
              AND status IN ('open', 'in_progress')
              AND decision IS NULL
              AND (@evenIfTaken OR assigned_to IS NULL)
            """,
            new { intentId, ExceptionType, decision = new ExceptionOrder(action).ToJson(), actor, now, evenIfTaken });

    private static Task<HostFailureDecision?> ReadAsync(NpgsqlConnection connection, Guid intentId) =>
        connection.QuerySingleOrDefaultAsync<HostFailureDecision>(
            """
            SELECT id AS exception_id, decision ->> 'action' AS action, (decision ->> 'host_booking_id')::uuid AS host_booking_id,
                   decided_actor AS actor, decided_at
            FROM reserve.exceptions
            WHERE booking_intent_id = @intentId
              AND exception_type = @ExceptionType
              AND status IN ('open', 'in_progress')
              AND decision IS NOT NULL
            ORDER BY created_at DESC
            LIMIT 1
            """,
            new { intentId, ExceptionType });

    /// <summary>A decision that could not be carried out is none any more; the exception says why and waits for another.</summary>
    /// <param name="exceptionId">The failure.</param>
    /// <param name="decidedAt">When it was decided; one that was made since stays.</param>
    public Task DropDecisionAsync(Guid exceptionId, DateTimeOffset decidedAt, string reason, CancellationToken cancellation) =>
        database.TransactAsync(
            unit => unit.Connection.ExecuteAsync(
                """
                UPDATE reserve.exceptions
                SET decision = NULL,
                    decided_at = NULL,
                    decided_by = NULL,
                    decided_actor = NULL,
                    error_message = @reason,
                    updated_at = @now
                WHERE id = @exceptionId
                  AND decided_at = @decidedAt
                  AND status IN ('open', 'in_progress')
                """,
                new { exceptionId, decidedAt, reason, now = clock.GetUtcNow() }),
            cancellation);

    /// <summary>An agent wants the Host to be asked again.</summary>
    public Task RetryAsync(Guid intentId, string actor, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var intent = await BookingIntents.LockAsync(unit, intentId);
                if (intent.Status == BookingIntentStatus.HostCommitFailed)
                {
                    await HostCommits.BeginAsync(unit, intent, actor, "asked again", clock.GetUtcNow());
                    await Exceptions.ResolveAllAsync(unit, intentId, ExceptionType, Retry, clock.GetUtcNow());
                }
            },
            cancellation);

    /// <summary>
    /// Begins to give the money back: a refund of what was received, or nothing to refund when the card had only
    /// reserved it (the caller lets it go at the provider first).
    /// </summary>
    /// <param name="intentId">Of a booking that the Host did not take, that is not paid any more, or whose guest has left.</param>
    /// <param name="actor">Who gives up; the guest, who has left.</param>
    /// <param name="reason">Why, stable; unless the guest has left.</param>
    /// <param name="hostIsSettled">False when the Host may still have the booking: that stays before a person until it has said no.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task CompensateAsync(Guid intentId, string actor, string reason, bool hostIsSettled, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var intent = await BookingIntents.LockAsync(unit, intentId);
                if (intent.CancelRequestedAt is not null)
                {
                    (actor, reason) = ("guest", CancelBookingIntent.Reason);
                }

                if (intent.Status == BookingIntentStatus.HostCommitPending)
                {
                    await BookingIntents.MoveAsync(unit, intentId, intent.Status, BookingIntentStatus.HostCommitFailed, actor, reason, now);
                    intent = intent with { Status = BookingIntentStatus.HostCommitFailed };
                }

                if (intent.Status is not (BookingIntentStatus.HostCommitFailed or BookingIntentStatus.PaymentConfirmed))
                {
                    return;
                }

                if (intent.ModifiesReservationId is not null && !await OpenModifications.IsStillWantedAsync(unit.Connection, intent))
                {
                    reason = "reservation_closed";
                }

                await BookingIntents.MoveAsync(unit, intentId, intent.Status, BookingIntentStatus.RefundPending, actor, reason, now);
                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.booking_intents SET closed_reason = @reason WHERE id = @intentId", new { intentId, reason });
                if (hostIsSettled || intent.ModifiesReservationId is not null)
                {
                    // Nobody waits for the nights any more, however long the money, or a bank, takes. What may still stand at the
                    // Host is kept from others until it does not, or until nothing more is done about the money.
                    await Holds.ReleaseAsync(unit, intent, now);
                }

                var attempts = await PaymentAttempts.OfIntentAsync(unit.Connection, intentId);
                foreach (var paid in attempts.Where(a => a.Status == PaymentAttemptStatus.Succeeded))
                {
                    await Refunds.RequestAllAsync(unit, paid, reason, now);
                }

                await Exceptions.ResolveAllAsync(unit, intentId, ExceptionType, GiveUp, now);
                if (!hostIsSettled)
                {
                    await Exceptions.RaiseAsync(unit, UndoAtHost.Trouble(intentId, now + options.Value.HostFailureDecisionTime), now);
                }
            },
            cancellation);

    // Every failure has a row and a deadline of its own, also the one after an agent's retry.
    private static async Task<TroubleReport> TroubleAsync(UnitOfWork unit, BookingIntent intent, string reason, DateTimeOffset due)
    {
        var earlier = await unit.Connection.ExecuteScalarAsync<int>(
            "SELECT count(*) FROM reserve.exceptions WHERE booking_intent_id = @Id AND exception_type = @ExceptionType",
            new { intent.Id, ExceptionType });
        return new($"{ExceptionType}:{intent.Id}:{earlier + 1}", ExceptionType, "critical", "The Host did not take a paid booking", due)
        {
            BookingIntentId = intent.Id,
            ReservationId = intent.ModifiesReservationId,
            PropertyId = intent.PropertyId,
            ErrorCode = reason,
            Context = new { intent.UnitId, intent.CheckIn, intent.CheckOut, intent.TotalAmount, intent.ModifiesReservationId },
        };
    }

    private static async Task<DateTimeOffset> DecisionDueAsync(UnitOfWork unit, Guid intentId, DateTimeOffset now) =>
        await unit.Connection.ExecuteScalarAsync<DateTime?>(
            """
            SELECT max(due_at)
            FROM reserve.exceptions
            WHERE booking_intent_id = @intentId
              AND exception_type = @ExceptionType
              AND status IN ('open', 'in_progress')
            """,
            new { intentId, ExceptionType }) is { } due
            ? new DateTimeOffset(due, TimeSpan.Zero)
            : now;
}
