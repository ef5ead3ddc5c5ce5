using System.Text.Json;
using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>A refund that is too large for one person, as its exception keeps it until another has decided (design section 8).</summary>
/// <param name="ChargedTo"><c>platform</c> or <c>property</c>.</param>
/// <param name="Reason">In the words of whoever ordered it; null once the guest has had it erased.</param>
/// <param name="OrderedBy">The account that may not approve it.</param>
internal sealed record RefundWish(decimal Amount, string Currency, string ChargedTo, string? Reason, Guid OrderedBy)
{
    /// <summary>Reads what <see cref="RefundWishes.RaiseAsync"/> wrote.</summary>
    public static RefundWish Of(LockedException exception) => JsonSerializer.Deserialize<RefundWish>(exception.Context, EventJson.Options)!;
}

/// <summary>A wish that nobody has decided.</summary>
/// <param name="Id">Of its exception.</param>
internal sealed record OpenWish(Guid Id, decimal Amount, string ChargedTo);

/// <summary>Refunds that wait for a supervisor, each of them an exception.</summary>
internal static class RefundWishes
{
    public const string ExceptionType = "refund_approval";

    /// <summary>Lets an order wait. The caller has locked the reservation.</summary>
    /// <returns>The id of its exception.</returns>
    public static async Task<Guid> RaiseAsync(UnitOfWork unit, Reservation reservation, RefundOrder order, DateTimeOffset now)
    {
        var trouble = TroubleTypes.Of(ExceptionType).About(order.OperationId ?? Guid.CreateVersion7(now), now);
        await Exceptions.RaiseAsync(
            unit,
            trouble with
            {
                BookingIntentId = reservation.BookingIntentId,
                ReservationId = reservation.Id,
                PropertyId = reservation.PropertyId,
                Context = new RefundWish(order.Amount, reservation.Currency, order.ChargedTo, order.Reason, order.Actor.AccountId!.Value),
            },
            now);
        return (await FindAsync(unit, trouble.Key))!.Value;
    }

    /// <summary>The exception of an order that was given before under the same id, decided or not; or of the one that waited already.</summary>
    public static Task<Guid?> OfOrderAsync(UnitOfWork unit, Guid reservationId, Guid operationId) =>
        unit.Connection.ExecuteScalarAsync<Guid?>(
            """
            SELECT (after ->> 'exception_id')::uuid
            FROM reserve.audit_logs
            WHERE entity_type = 'reservation'
              AND entity_id = @reservationId
              AND action = 'refund_ordered'
              AND after ->> 'operation_id' = @operationId
            LIMIT 1
            """,
            new { reservationId, operationId = operationId.ToString() });

    /// <summary>What a booking has waiting, oldest first. The caller has locked the reservation.</summary>
    public static async Task<IReadOnlyList<OpenWish>> OpenAsync(UnitOfWork unit, Reservation reservation) =>
        (await unit.Connection.QueryAsync<OpenWish>(
            """
            SELECT id, (context ->> 'amount')::numeric AS amount, context ->> 'charged_to' AS charged_to
            FROM reserve.exceptions
            WHERE booking_intent_id = @BookingIntentId
              AND reservation_id = @Id
              AND exception_type = @ExceptionType
              AND status IN ('open', 'in_progress')
            ORDER BY id
            """,
            new { reservation.BookingIntentId, reservation.Id, ExceptionType })).AsList();

    /// <summary>Four eyes: whoever ordered a refund does not approve it. Null where that is not so.</summary>
    public static Refusal? RefusalOf(LockedException exception, ExceptionOrder order, Actor actor) =>
        exception.ExceptionType == ExceptionType && order.Action == TroubleAction.Approve.Name && RefundWish.Of(exception).OrderedBy == actor.AccountId
            ? new Refusal(RefusalKind.Forbidden, "own_refund_order", "You ordered this refund: somebody else has to approve it.")
            : null;

    private static Task<Guid?> FindAsync(UnitOfWork unit, string key) =>
        unit.Connection.ExecuteScalarAsync<Guid?>("SELECT id FROM reserve.exceptions WHERE exception_key = @key", new { key });
}
