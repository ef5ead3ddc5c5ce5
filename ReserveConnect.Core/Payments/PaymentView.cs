using Dapper;
using Npgsql;
using ReserveConnect.Booking;

namespace ReserveConnect.Payments;

/// <summary>A payment as its guest sees it.</summary>
/// <param name="Status">Of the attempt: initiating, pending, authorized, succeeded, failed, cancelled, refunded.</param>
/// <param name="IntentStatus">Of the booking intent.</param>
/// <param name="ClientSecret">Cards: with it the guest's browser confirms the payment at Stripe.</param>
/// <param name="RequiresAction">Cards: the guest has to prove who they are (3-D Secure).</param>
/// <param name="ActionType">How: <c>use_stripe_sdk</c> or <c>redirect_to_url</c>.</param>
/// <param name="Failure">Why the last try failed, in the language that was asked for; null while none has.</param>
/// <param name="CopyPasteCode">PIX: <c>copia e cola</c>.</param>
/// <param name="QrCodeBase64">PIX: PNG of the same code.</param>
/// <param name="ExpiresAt">PIX: UTC instant after which it cannot be paid.</param>
/// <param name="PaymentAttemptsLeft">How many more declines the intent survives.</param>
/// <param name="WaitsFor">As of <see cref="BookingIntentView.WaitsFor"/>: what is paid waits for the property's own system.</param>
public sealed record PaymentView(
    Guid PaymentAttemptId,
    Guid BookingIntentId,
    string PaymentMethod,
    string Provider,
    string Status,
    string IntentStatus,
    decimal Amount,
    string Currency,
    string? ProviderPaymentId,
    string? ClientSecret,
    bool RequiresAction,
    string? ActionType,
    PaymentFailure? Failure,
    string? CardBrand,
    string? CardLast4,
    string? CopyPasteCode,
    string? QrCodeBase64,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset HoldExpiresAt,
    int PaymentAttemptsLeft,
    string? ConfirmationCode,
    string? WaitsFor)
{
    private const string Select =
        """
        SELECT a.id AS payment_attempt_id, a.booking_intent_id, a.payment_method, a.provider, a.status, i.status AS intent_status,
               a.amount, a.currency, a.provider_payment_intent_id AS provider_payment_id,
               CASE WHEN a.status IN ('initiating', 'pending') THEN a.client_secret END AS client_secret,
               a.requires_action AND a.status IN ('initiating', 'pending') AS requires_action,
               CASE WHEN a.status IN ('initiating', 'pending') THEN a.action_type END AS action_type,
               CASE WHEN a.status IN ('initiating', 'pending', 'failed', 'cancelled') THEN coalesce(a.error_code, CASE WHEN x.status = 'expired' THEN 'expired' END) END AS error_code,
               a.card_brand, a.card_last4,
               CASE WHEN a.status = 'pending' THEN x.copy_paste_code END AS copy_paste_code,
               CASE WHEN a.status = 'pending' THEN x.qr_code_base64 END AS qr_code_base64,
               x.expires_at, i.expires_at AS hold_expires_at,
               greatest(0, @MaxPaymentFailures - i.payment_failures) AS payment_attempts_left, r.confirmation_code,
               i.status = 'host_commit_pending' AND i.host_queued_at IS NOT NULL AND i.cancel_requested_at IS NULL AS waits_for_host
        FROM reserve.payment_attempts a
        JOIN reserve.booking_intents i ON i.id = a.booking_intent_id
        LEFT JOIN reserve.pix_transactions x ON x.payment_attempt_id = a.id
        LEFT JOIN reserve.reservations r ON r.id = i.reservation_id
        """;

    /// <param name="language">Of what the guest is told: <c>pt-BR</c> or <c>en</c>.</param>
    public static async Task<PaymentView?> OfAttemptAsync(NpgsqlConnection connection, Guid attemptId, BookingOptions options, string language) =>
        (await connection.QuerySingleOrDefaultAsync<Row>(
            $"{Select} WHERE a.id = @attemptId", new { attemptId, options.MaxPaymentFailures }))?.ToView(language);

    /// <summary>The latest payment of an intent; null when none was begun.</summary>
    /// <inheritdoc cref="OfAttemptAsync"/>
    public static async Task<PaymentView?> LatestAsync(NpgsqlConnection connection, Guid intentId, BookingOptions options, string language) =>
        (await connection.QuerySingleOrDefaultAsync<Row>(
            $"{Select} WHERE a.booking_intent_id = @intentId ORDER BY a.id DESC LIMIT 1",
            new { intentId, options.MaxPaymentFailures }))?.ToView(language);

    private sealed record Row(
        Guid PaymentAttemptId, Guid BookingIntentId, string PaymentMethod, string Provider, string Status, string IntentStatus, decimal Amount,
        string Currency, string? ProviderPaymentId, string? ClientSecret, bool RequiresAction, string? ActionType, string? ErrorCode,
        string? CardBrand, string? CardLast4, string? CopyPasteCode, string? QrCodeBase64, DateTimeOffset? ExpiresAt,
        DateTimeOffset HoldExpiresAt, int PaymentAttemptsLeft, string? ConfirmationCode, bool WaitsForHost)
    {
        public PaymentView ToView(string language) => new(
            PaymentAttemptId, BookingIntentId, PaymentMethod, Provider, Status, IntentStatus, Amount, Currency, ProviderPaymentId, ClientSecret,
            RequiresAction, ActionType,
            ErrorCode is not null || Status == PaymentAttemptStatus.Failed ? PaymentFailure.Of(ErrorCode, language) : null,
            CardBrand, CardLast4, CopyPasteCode, QrCodeBase64, ExpiresAt, HoldExpiresAt, PaymentAttemptsLeft, ConfirmationCode,
            WaitsForHost ? BookingIntentView.PropertySystem : null);
    }
}
