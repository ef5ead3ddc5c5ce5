using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Providers.Pix;

namespace ReserveConnect.Payments;

/// <summary>What a guest needs to pay by PIX, and who paid.</summary>
public static class PixTransactions
{
    /// <exception cref="InvalidPixCodeException">The provider's code is broken: showing it would cost the guest a failed transfer.</exception>
    public static async Task InsertAsync(UnitOfWork unit, PaymentAttempt attempt, MoneyFact fact, DateTimeOffset now)
    {
        if (PixCodes.FlawOf(attempt, fact) is not null || fact.PixCode is not { } code)
        {
            throw new InvalidPixCodeException($"the PIX code of attempt {attempt.Id} cannot be shown");
        }

        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.pix_transactions
                (id, payment_attempt_id, qr_code, qr_code_base64, copy_paste_code, expires_at, created_at, updated_at)
            VALUES (@Id, @AttemptId, @code, @Image, @code, @ExpiresAt, @now, @now)
            ON CONFLICT (payment_attempt_id) DO NOTHING
            """,
            new
            {
                Id = Guid.CreateVersion7(now),
                AttemptId = attempt.Id,
                code,
                // Of the code that was checked: what the provider's own picture says, nobody has.
                Image = Convert.ToBase64String(PixQrImage.Png(code)),
                ExpiresAt = fact.ExpiresAt ?? attempt.ExpiresAt,
                now,
            });
    }

    /// <summary>Notes that a PIX charge can no longer be paid; of another method there is nothing to note.</summary>
    public static Task EndAsync(UnitOfWork unit, PaymentAttempt attempt, DateTimeOffset now) =>
        EndAsync(
            unit, attempt.Id, now >= attempt.ExpiresAt ? "expired" : "cancelled",
            new MoneyFact(MoneyState.Closed, attempt.ProviderPaymentIntentId ?? "", 0, attempt.Currency), now);

    /// <summary>Keeps how a PIX charge ended, and who paid, unless the guest was erased meanwhile.</summary>
    /// <param name="status"><c>paid</c>, <c>expired</c> or <c>cancelled</c>.</param>
    public static Task EndAsync(UnitOfWork unit, Guid attemptId, string status, MoneyFact fact, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.pix_transactions p
            SET status = @status,
                paid_at = CASE WHEN @status = 'paid' THEN @now ELSE p.paid_at END,
                payer_name = CASE WHEN i.erased_at IS NULL THEN coalesce(@PayerName, p.payer_name) END,
                payer_document = CASE WHEN i.erased_at IS NULL THEN coalesce(@PayerDocument, p.payer_document) END,
                updated_at = @now
            FROM reserve.payment_attempts a
            JOIN reserve.booking_intents i ON i.id = a.booking_intent_id
            WHERE p.payment_attempt_id = @attemptId
              AND a.id = p.payment_attempt_id
            """,
            new { attemptId, status, now, fact.PayerName, fact.PayerDocument });
}

/// <summary>A PIX code that no bank would accept.</summary>
public sealed class InvalidPixCodeException(string message) : Exception(message);
