using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>Where the latest payment of an intent stands, for clients that poll.</summary>
public sealed class PaymentStatus(
    ReserveDatabase database, TimeProvider clock, IOptions<BookingOptions> booking, IOptions<PaymentOptions> payments)
{
    /// <summary>Refusals: <c>intent_not_found</c>, <c>payment_not_found</c>.</summary>
    /// <param name="language">Of what the guest is told: <c>pt-BR</c> or <c>en</c>.</param>
    /// <returns>The payment, and whether its provider is due to be asked: an open one, at most every <see cref="PaymentOptions.StatusAskInterval"/>.</returns>
    public async Task<Outcome<(PaymentView Payment, bool AskProvider)>> ReadAsync(Guid intentId, string language, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        if (await PaymentView.LatestAsync(connection, intentId, booking.Value, language) is not { } payment)
        {
            return await BookingIntents.FindAsync(connection, intentId) is null
                ? Refusal.NotFound("intent_not_found", "There is no such booking intent.")
                : Refusal.NotFound("payment_not_found", "No payment was begun for this stay.");
        }

        if (!PaymentAttemptStatus.IsOpen(payment.Status))
        {
            return (payment, false);
        }

        var now = clock.GetUtcNow();
        var due = await connection.ExecuteAsync(
            """
            UPDATE reserve.payment_attempts
            SET next_retry_at = @next
            WHERE id = @PaymentAttemptId
              AND coalesce(next_retry_at, created_at + @Interval) <= @now
            """,
            new { payment.PaymentAttemptId, now, next = now + payments.Value.StatusAskInterval, Interval = payments.Value.StatusAskInterval });
        return (payment, due == 1);
    }
}
