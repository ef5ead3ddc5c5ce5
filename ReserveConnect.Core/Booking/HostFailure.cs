using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
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

    /// <summary>Moves the intent to <c>host_commit_failed</c> and calls a person.</summary>
    /// <returns>UTC instant until which a decision is waited for.</returns>
    public Task<DateTimeOffset> RecordAsync(Guid intentId, string reason, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var intent = await BookingIntents.LockAsync(unit, intentId);
                if (intent.Status == BookingIntentStatus.HostCommitPending)
                {
                    await BookingIntents.MoveAsync(
                        unit, intentId, intent.Status, BookingIntentStatus.HostCommitFailed, "system", reason, now);
                    await Exceptions.RaiseAsync(unit, await TroubleAsync(unit, intent, reason, now + options.Value.HostFailureDecisionTime), now);
                    await Outbox.AppendAsync(unit, "booking.host_commit_failed", "booking_intent", intentId, new { reason }, now);
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
                // Where a person is deciding at this moment it waits for the row, and then finds it decided.
                await unit.Connection.ExecuteAsync(
                    """
                    UPDATE reserve.exceptions
                    SET decision = @decision::jsonb,
                        decided_at = @now,
                        decided_actor = 'system',
                        updated_at = @now
                    WHERE booking_intent_id = @intentId
                      AND exception_type = @ExceptionType
                      AND status IN ('open', 'in_progress')
                      AND decision IS NULL
                    """,
                    new { intentId, ExceptionType, decision = new ExceptionOrder("cancel_and_refund").ToJson(), now = clock.GetUtcNow() });
                return await ReadAsync(unit.Connection, intentId);
            },
            cancellation);

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
                    await Exceptions.ResolveAllAsync(unit, intentId, ExceptionType, "retry", clock.GetUtcNow());
                }
            },
            cancellation);

    /// <summary>
    /// Begins to give the money back: a refund of what was received, or nothing to refund when the card had only
    /// reserved it (the caller lets it go at the provider first).
    /// </summary>
    /// <param name="intentId">Of a booking that the Host did not take, or that is not paid any more.</param>
    /// <param name="actor">Who gives up.</param>
    /// <param name="reason">Why, stable.</param>
    /// <param name="hostIsSettled">False when the Host may still have the booking: that stays before a person until it has said no.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task CompensateAsync(Guid intentId, string actor, string reason, bool hostIsSettled, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var intent = await BookingIntents.LockAsync(unit, intentId);
                if (intent.Status == BookingIntentStatus.HostCommitPending)
                {
                    await BookingIntents.MoveAsync(unit, intentId, intent.Status, BookingIntentStatus.HostCommitFailed, actor, reason, now);
                    intent = intent with { Status = BookingIntentStatus.HostCommitFailed };
                }

                if (intent.Status is not (BookingIntentStatus.HostCommitFailed or BookingIntentStatus.PaymentConfirmed))
                {
                    return;
                }

                await BookingIntents.MoveAsync(unit, intentId, intent.Status, BookingIntentStatus.RefundPending, actor, reason, now);
                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.booking_intents SET closed_reason = @reason WHERE id = @intentId", new { intentId, reason });
                var attempts = await PaymentAttempts.OfIntentAsync(unit.Connection, intentId);
                foreach (var paid in attempts.Where(a => a.Status == PaymentAttemptStatus.Succeeded))
                {
                    await Refunds.RequestAllAsync(unit, paid, reason, now);
                }

                await Exceptions.ResolveAllAsync(unit, intentId, ExceptionType, "cancel_and_refund", now);
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
            PropertyId = intent.PropertyId,
            ErrorCode = reason,
            Context = new { intent.UnitId, intent.CheckIn, intent.CheckOut, intent.TotalAmount },
        };
    }

    private static async Task<DateTimeOffset> DecisionDueAsync(UnitOfWork unit, Guid intentId, DateTimeOffset now) =>
        await unit.Connection.ExecuteScalarAsync<DateTime?>(
            """
            SELECT max(due_at)
            FROM reserve.exceptions
            WHERE booking_intent_id = @intentId
              AND exception_type = @ExceptionType
            """,
            new { intentId, ExceptionType }) is { } due
            ? new DateTimeOffset(due, TimeSpan.Zero)
            : now;
}
