using Dapper;
using Npgsql;
using ReserveConnect.Booking;
using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>Reads and moves payment attempts. Whoever moves one holds the lock of its intent.</summary>
public static class PaymentAttempts
{
    /// <summary>Why an attempt was closed whose charge nobody was given.</summary>
    public const string NeverShown = "never shown";

    private const string Columns =
        """
        id, booking_intent_id, payment_method, provider, operation_id, provider_payment_intent_id, provider_charge_id,
        amount, amount_received, currency, capture_later, status, error_code, error_message, requires_action, action_type,
        client_secret, expires_at, created_at, closing_since
        """;

    /// <summary>All attempts of the intent <c>id</c>, oldest first.</summary>
    internal const string OfIntent = $"SELECT {Columns} FROM reserve.payment_attempts WHERE booking_intent_id = @id ORDER BY id";

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
        (await connection.QueryAsync<PaymentAttempt>(OfIntent, new { id = intentId })).AsList();

    /// <summary>An intent, and then all its attempts, oldest first; null when there is no such intent. One round trip.</summary>
    public static async Task<(BookingIntent Intent, IReadOnlyList<PaymentAttempt> Attempts)?> WithIntentAsync(NpgsqlConnection connection, Guid intentId)
    {
        await using var rows = await connection.QueryMultipleAsync(
            $"{BookingIntents.Select} WHERE i.id = @id; {OfIntent}", new { id = intentId });
        return await rows.ReadSingleOrDefaultAsync<BookingIntent>() is { } intent
            ? (intent, (await rows.ReadAsync<PaymentAttempt>()).AsList())
            : null;
    }

    /// <summary>
    /// The intent of an attempt, and then the attempt: by our id of it or, when the provider did not name that, by the provider's.
    /// The attempt is read after the intent. The saga moves both in one transaction: an attempt read before it and an intent
    /// read after it would look like late money, and a second saga would book beside the first. One round trip.
    /// </summary>
    /// <returns>Null when there is none.</returns>
    public static async Task<(BookingIntent Intent, PaymentAttempt Attempt)?> FindWithIntentAsync(
        NpgsqlConnection connection, string provider, string? providerId, Guid? id)
    {
        var which = id is null ? "provider = @provider AND provider_payment_intent_id = @providerId" : "id = @id";
        await using var rows = await connection.QueryMultipleAsync(
            $"""
            {BookingIntents.Select} WHERE i.id = (SELECT booking_intent_id FROM reserve.payment_attempts WHERE {which});

            SELECT {Columns} FROM reserve.payment_attempts WHERE {which}
            """,
            new { provider, providerId, id });
        return await rows.ReadSingleOrDefaultAsync<BookingIntent>() is { } intent
            ? (intent, await rows.ReadSingleAsync<PaymentAttempt>())
            : null;
    }

    /// <exception cref="InvalidOperationException">The attempt is not in <paramref name="from"/>.</exception>
    public static Task MoveAsync(
        UnitOfWork unit, Guid id, string from, string to, string reason, DateTimeOffset now) =>
        unit.SendAsync(Move(id, from, to, reason, now));

    /// <summary>The same, to be sent with other changes of the transaction.</summary>
    /// <inheritdoc cref="MoveAsync"/>
    public static Statement Move(Guid id, string from, string to, string reason, DateTimeOffset now) =>
        new(
            "SELECT WHERE reserve.transition_payment_attempt(@id, @from, @to, 'system', @reason, @now)",
            new { id, from, to, reason, now },
            Statement.Requires(1, $"payment attempt {id} is no longer {from}"));

    /// <summary>Keeps what the provider said about an attempt, whatever its state.</summary>
    public static Task RecordAsync(UnitOfWork unit, Guid id, MoneyFact fact, DateTimeOffset now) =>
        unit.SendAsync(Record(id, fact, now));

    /// <summary>The same, to be sent with other changes of the transaction.</summary>
    /// <inheritdoc cref="RecordAsync"/>
    public static Statement Record(Guid id, MoneyFact fact, DateTimeOffset now) =>
        new($"UPDATE reserve.payment_attempts SET {Facts} WHERE id = @id", ParametersOf(id, fact, isPaid: false, now));

    /// <summary>Likewise, and that the money is here, or reserved, and what of it the provider keeps.</summary>
    public static Statement TakeIn(Guid id, MoneyFact fact, bool isPaid, DateTimeOffset now) =>
        new(
            $"""
            UPDATE reserve.payment_attempts
            SET {Facts},
                amount_received = CASE WHEN @IsPaid THEN @Amount END,
                fee_amount = @Fee,
                succeeded_at = CASE WHEN @IsPaid THEN @now END
            WHERE id = @id
            """,
            ParametersOf(id, fact, isPaid, now));

    private const string Facts =
        """
        provider_payment_intent_id = @ProviderPaymentId,
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
        """;

    private static object ParametersOf(Guid id, MoneyFact fact, bool isPaid, DateTimeOffset now) => new
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
        IsPaid = isPaid,
        fact.Amount,
        fact.Fee,
    };
}
