using Dapper;
using Npgsql;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>
/// Money of which its provider's webhook has told nothing. It is found all the same; that webhooks do not come is for a
/// person, before it is the one payment that nobody asks about.
/// </summary>
public static class MissingWebhooks
{
    public const string ExceptionType = "payment_webhook_missing";

    /// <summary>What resolves one: the webhook was late, not lost.</summary>
    public const string Came = "webhook_came";

    // Which stored report tells of an attempt's money; in a query that has the attempt as a.
    private const string Report =
        """
        SELECT FROM reserve.webhook_events w
        WHERE w.provider = a.provider
          AND w.object_id = coalesce(a.provider_payment_intent_id, @providerPaymentId::text)
          AND w.event_type IN ('payment_intent.succeeded', 'payment_intent.amount_capturable_updated', 'payment.updated')
        """;

    // Where only attempts are looked at whose charge is known.
    private const string? Known = null;

    public static string Key(Guid attemptId) => $"{ExceptionType}:{attemptId}";

    /// <summary>
    /// Raises it for an attempt whose money is known, unless its webhook is stored. The intent's lock keeps the report's
    /// handler, which resolves it, from coming in between.
    /// </summary>
    /// <param name="providerPaymentId">The charge, where the attempt does not know it yet.</param>
    public static async Task RaiseAsync(UnitOfWork unit, Guid attemptId, string? providerPaymentId, TimeSpan due, DateTimeOffset now)
    {
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        var intent = await BookingIntents.LockAsync(unit, attempt.BookingIntentId);
        var isThere = await unit.Connection.ExecuteScalarAsync<bool>(
            $"SELECT EXISTS ({Report}) FROM reserve.payment_attempts a WHERE a.id = @attemptId", new { attemptId, providerPaymentId });
        if (!isThere)
        {
            await Exceptions.RaiseAsync(
                unit,
                new(Key(attemptId), ExceptionType, "medium", "A payment was found that no webhook has told of", now + due)
                {
                    BookingIntentId = intent.Id,
                    ReservationId = intent.ReservationId,
                    PropertyId = intent.PropertyId,
                    Context = new { attemptId, attempt.Provider, providerPaymentId = attempt.ProviderPaymentIntentId ?? providerPaymentId },
                },
                now);
        }
    }

    /// <summary>Attempts whose money came between two instants, however it was found, without a webhook and without an exception for it.</summary>
    public static async Task<IReadOnlyList<Guid>> FindAsync(NpgsqlConnection connection, DateTimeOffset from, DateTimeOffset to, int limit) =>
        (await connection.QueryAsync<Guid>(
            $"""
            SELECT a.id
            FROM reserve.payment_attempts a
            WHERE a.succeeded_at > @from
              AND a.succeeded_at <= @to
              AND NOT EXISTS ({Report})
              AND NOT EXISTS (SELECT FROM reserve.exceptions e WHERE e.exception_key = 'payment_webhook_missing:' || a.id)
            ORDER BY a.succeeded_at
            LIMIT @limit
            """,
            new { from, to, limit, providerPaymentId = Known })).AsList();

    /// <summary>The keys of those that are open and whose webhook has come.</summary>
    public static async Task<IReadOnlyList<string>> CameAsync(NpgsqlConnection connection, int limit) =>
        (await connection.QueryAsync<string>(
            $"""
            SELECT e.exception_key
            FROM reserve.exceptions e
            JOIN reserve.payment_attempts a ON a.booking_intent_id = e.booking_intent_id AND e.exception_key = 'payment_webhook_missing:' || a.id
            WHERE e.exception_type = 'payment_webhook_missing'
              AND e.status IN ('open', 'in_progress')
              AND EXISTS ({Report})
            LIMIT @limit
            """,
            new { limit, providerPaymentId = Known })).AsList();
}
