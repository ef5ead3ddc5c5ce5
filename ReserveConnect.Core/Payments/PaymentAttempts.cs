using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>Reads and moves payment attempts. Whoever moves one holds the lock of its intent.</summary>
public static class PaymentAttempts
{
    private const string Columns =
        """
        id, booking_intent_id, payment_method, provider, operation_id, provider_payment_intent_id, provider_charge_id,
        amount, amount_received, currency, capture_later, status, error_code, error_message, requires_action, action_type,
        client_secret, expires_at, created_at
        """;

    public static Task<PaymentAttempt?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<PaymentAttempt>(
            $"SELECT {Columns} FROM reserve.payment_attempts WHERE id = @id", new { id });

    public static Task<PaymentAttempt?> FindByProviderIdAsync(NpgsqlConnection connection, string provider, string providerId) =>
        connection.QuerySingleOrDefaultAsync<PaymentAttempt>(
            $"""
            SELECT {Columns}
            FROM reserve.payment_attempts
            WHERE provider = @provider
              AND provider_payment_intent_id = @providerId
            """,
            new { provider, providerId });

    /// <summary>All attempts of an intent, oldest first.</summary>
    public static async Task<IReadOnlyList<PaymentAttempt>> OfIntentAsync(NpgsqlConnection connection, Guid intentId) =>
        (await connection.QueryAsync<PaymentAttempt>(
            $"SELECT {Columns} FROM reserve.payment_attempts WHERE booking_intent_id = @intentId ORDER BY id", new { intentId })).AsList();

    /// <exception cref="InvalidOperationException">The attempt is not in <paramref name="from"/>.</exception>
    public static async Task MoveAsync(
        UnitOfWork unit, Guid id, string from, string to, string reason, DateTimeOffset now)
    {
        var moved = await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_payment_attempt(@id, @from, @to, 'system', @reason, @now)",
            new { id, from, to, reason, now });
        if (!moved)
        {
            throw new InvalidOperationException($"payment attempt {id} is no longer {from}");
        }
    }

    /// <summary>Keeps what the provider said about an attempt, whatever its state.</summary>
    public static Task RecordAsync(UnitOfWork unit, Guid id, MoneyFact fact, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payment_attempts
            SET provider_payment_intent_id = @ProviderPaymentId,
                provider_charge_id = coalesce(@ChargeId, provider_charge_id),
                client_secret = coalesce(@ClientSecret, client_secret),
                card_brand = coalesce(@CardBrand, card_brand),
                card_last4 = coalesce(@CardLast4, card_last4),
                payment_method = CASE WHEN @IsDebitCard THEN 'debit_card' WHEN @CardBrand::text IS NOT NULL THEN 'credit_card' ELSE payment_method END,
                requires_action = @RequiresAction,
                action_type = @ActionType,
                error_code = @ErrorCode,
                error_message = @ErrorMessage,
                updated_at = @now
            WHERE id = @id
            """,
            new
            {
                id,
                now,
                fact.ProviderPaymentId,
                fact.ChargeId,
                fact.ClientSecret,
                fact.CardBrand,
                fact.CardLast4,
                fact.IsDebitCard,
                RequiresAction = fact.ActionType is not null,
                fact.ActionType,
                fact.ErrorCode,
                fact.ErrorMessage,
            });
}
