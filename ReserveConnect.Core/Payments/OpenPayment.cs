using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Providers;

namespace ReserveConnect.Payments;

/// <summary>
/// Opens a charge for an intent. The attempt and its operation id are stored before the provider is asked; a lost answer
/// leaves the attempt <c>initiating</c>, and asking again, here or in the saga, gives the same charge.
/// </summary>
public sealed class OpenPayment(
    ReserveDatabase database,
    PaymentProviders providers,
    TimeProvider clock,
    IOptions<BookingOptions> booking,
    IOptions<PaymentOptions> payments,
    ILogger<OpenPayment> log)
{
    /// <summary>How long an answer that settled nothing is let rest before the same question is asked once more.</summary>
    private static readonly TimeSpan PauseBeforeAsking = TimeSpan.FromMilliseconds(200);

    /// <summary>A card payment that the guest's browser confirms with the client secret.</summary>
    public Task<Outcome<PaymentView>> CardAsync(Guid intentId, CancellationToken cancellation) =>
        RunAsync(intentId, PaymentAttempt.Stripe, cancellation);

    /// <summary>A PIX charge; the hold is extended to its expiry.</summary>
    public Task<Outcome<PaymentView>> PixAsync(Guid intentId, CancellationToken cancellation) =>
        RunAsync(intentId, PaymentAttempt.MercadoPago, cancellation);

    // Refusals: intent_not_found, intent_not_payable, payment_already_made, payment_in_progress, too_many_payments,
    // hold_too_old, payment_refused, payment_provider_unavailable.
    private async Task<Outcome<PaymentView>> RunAsync(Guid intentId, string provider, CancellationToken cancellation)
    {
        var begun = await BeginAsync(intentId, provider, cancellation);
        if (begun.Refusal is not null)
        {
            return begun.Refusal;
        }

        if (begun.Value.InTheWay is { } other)
        {
            if (!await CloseOtherAsync(begun.Value.Intent, other, cancellation))
            {
                return Refusal.Conflict("payment_in_progress", "Another payment of this stay is being decided; please look at its status.");
            }

            begun = await BeginAsync(intentId, provider, cancellation);
            if (begun.Refusal is not null || begun.Value.InTheWay is not null)
            {
                return begun.Refusal ?? Refusal.Conflict("payment_in_progress", "Another payment of this stay was begun meanwhile.");
            }
        }

        var (intent, attempt, _) = begun.Value;
        return attempt.Status == PaymentAttemptStatus.Pending
            ? await ReadAsync(attempt.Id, cancellation)
            : await AskProviderAsync(intent, attempt, cancellation);
    }

    private async Task<Outcome<PaymentView>> AskProviderAsync(
        BookingIntent intent, PaymentAttempt attempt, CancellationToken cancellation)
    {
        var answer = await providers.OpenAsync(attempt, intent, cancellation);
        if (answer is ProviderAnswer<MoneyFact>.Unknown)
        {
            // The saga, woken by a report that overtook us, may be asking under the same key: once more, and it has answered.
            await Task.Delay(PauseBeforeAsking, clock, cancellation);
            answer = await providers.OpenAsync(attempt, intent, cancellation);
        }

        switch (answer)
        {
            case ProviderAnswer<MoneyFact>.Done { Value: var fact }:
                return await database.TransactAsync(unit => OpenedAsync(unit, intent.Id, attempt.Id, fact), cancellation)
                    ? await ReadAsync(attempt.Id, cancellation)
                    : Refusal.Conflict("payment_in_progress", "Another payment of this stay was begun meanwhile.");
            case ProviderAnswer<MoneyFact>.Refused refused:
                log.LogWarning("{Provider} refused to open attempt {AttemptId}: {Code}", attempt.Provider, attempt.Id, refused.Code);
                await database.TransactAsync(unit => RefusedAsync(unit, intent.Id, attempt.Id, refused), cancellation);
                return Refusal.Unprocessable("payment_refused", "The payment provider does not accept this payment.");
            default:
                return Refusal.Unavailable(
                    "payment_provider_unavailable", "The payment provider does not answer; please try again in a moment.");
        }
    }

    private Task<Outcome<Begun>> BeginAsync(Guid intentId, string provider, CancellationToken cancellation) =>
        database.TransactAsync<Outcome<Begun>>(
            async unit =>
            {
                var now = clock.GetUtcNow();
                if (await BookingIntents.TryLockAsync(unit, intentId) is not { } intent)
                {
                    return Refusal.NotFound("intent_not_found", "There is no such booking intent.");
                }

                if (!intent.TakesPayments(now))
                {
                    return BookingIntentStatus.AwaitsMoney(intent.Status) || intent.Status is BookingIntentStatus.Expired or BookingIntentStatus.Cancelled
                        ? Refusal.Conflict("intent_not_payable", "This hold has ended; please book again.")
                        : Refusal.Conflict("payment_already_made", "This stay is paid.");
                }

                var attempts = await PaymentAttempts.OfIntentAsync(unit.Connection, intentId);
                if (attempts.FirstOrDefault(a => PaymentAttemptStatus.IsOpen(a.Status)) is { } open)
                {
                    return new Begun(intent, open, open.Provider == provider ? null : open);
                }

                if (attempts.Count >= booking.Value.MaxPaymentAttempts)
                {
                    return Refusal.Conflict("too_many_payments", "Too many payments were begun for this stay; please book again.");
                }

                var attempt = NewAttempt(intent, provider, attempts.Count + 1, now);
                if (attempt.ExpiresAt > intent.CreatedAt + booking.Value.LongestHold)
                {
                    return Refusal.Conflict("hold_too_old", "This hold has lasted too long to be paid by PIX; please pay by card or book again.");
                }

                await InsertAsync(unit, intent, attempt, now);
                return new Begun(intent, attempt, null);
            },
            cancellation);

    private PaymentAttempt NewAttempt(BookingIntent intent, string provider, int number, DateTimeOffset now)
    {
        var isPix = provider == PaymentAttempt.MercadoPago;
        return new(
            Guid.CreateVersion7(now),
            intent.Id,
            isPix ? "pix" : "credit_card",
            provider,
            $"{intent.Id}:pay:{number}",
            null,
            null,
            intent.TotalAmount,
            null,
            intent.Currency,
            !isPix && payments.Value.CardCapture == CardCapture.AfterHostCommit,
            PaymentAttemptStatus.Initiating,
            null,
            null,
            false,
            null,
            null,
            isPix ? now + payments.Value.PixLifetime + payments.Value.PixClockMargin : null,
            now);
    }

    private static async Task InsertAsync(UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.payment_attempts
                (id, booking_intent_id, payment_method, provider, operation_id, amount, currency, capture_later, status,
                 expires_at, created_at, updated_at)
            VALUES (@Id, @BookingIntentId, @PaymentMethod, @Provider, @OperationId, @Amount, @Currency, @CaptureLater, @Status,
                    @ExpiresAt, @CreatedAt, @CreatedAt)
            """,
            attempt);
        if (attempt.ExpiresAt is { } expiresAt)
        {
            await unit.Connection.ExecuteAsync(
                """
                UPDATE reserve.booking_intents
                SET expires_at = greatest(expires_at, @expiresAt)
                WHERE id = @BookingIntentId
                """,
                new { attempt.BookingIntentId, expiresAt });
        }

        if (intent.Status == BookingIntentStatus.Created)
        {
            await BookingIntents.MoveAsync(
                unit, intent.Id, intent.Status, BookingIntentStatus.PaymentPending, "guest", attempt.PaymentMethod, now);
        }
    }

    // Returns false when another tab has closed the charge meanwhile: there is nothing to pay through.
    private async Task<bool> OpenedAsync(UnitOfWork unit, Guid intentId, Guid attemptId, MoneyFact fact)
    {
        var now = clock.GetUtcNow();
        await BookingIntents.LockAsync(unit, intentId);
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        if (attempt.Status != PaymentAttemptStatus.Initiating)
        {
            // The saga, woken by a webhook that overtook this answer, has already taken it in.
            return attempt.Status is not (PaymentAttemptStatus.Cancelled or PaymentAttemptStatus.Failed);
        }

        await PaymentAttempts.RecordAsync(unit, attemptId, fact, now);
        await PaymentAttempts.MoveAsync(unit, attemptId, attempt.Status, PaymentAttemptStatus.Pending, "opened", now);
        await unit.Connection.ExecuteAsync(
            attempt.IsPix
                ? "UPDATE reserve.booking_intents SET pix_transaction_id = @ProviderPaymentId WHERE id = @intentId"
                : "UPDATE reserve.booking_intents SET stripe_payment_intent_id = @ProviderPaymentId WHERE id = @intentId",
            new { intentId, fact.ProviderPaymentId });
        if (attempt.IsPix)
        {
            await PixTransactions.InsertAsync(unit, attempt, fact, now);
        }

        return true;
    }

    private async Task RefusedAsync(
        UnitOfWork unit, Guid intentId, Guid attemptId, ProviderAnswer<MoneyFact>.Refused refused)
    {
        var now = clock.GetUtcNow();
        await BookingIntents.LockAsync(unit, intentId);
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        if (attempt.Status == PaymentAttemptStatus.Initiating)
        {
            await PaymentAttempts.MoveAsync(unit, attemptId, attempt.Status, PaymentAttemptStatus.Failed, refused.Code, now);
            await unit.Connection.ExecuteAsync(
                "UPDATE reserve.payment_attempts SET error_code = @Code, failed_at = @now WHERE id = @attemptId",
                new { attemptId, refused.Code, now });
        }
    }

    /// <summary>Closes the door that another payment method holds open, at the provider first.</summary>
    /// <returns>False when it could not be closed: it may be paid.</returns>
    private async Task<bool> CloseOtherAsync(BookingIntent intent, PaymentAttempt other, CancellationToken cancellation)
    {
        var answer = await providers.AskAsync(other, intent, cancellation);
        if (answer is ProviderAnswer<MoneyFact>.Done { Value: { State: MoneyState.Open or MoneyState.Declined } fact })
        {
            answer = await providers.CloseAsync(other, fact.ProviderPaymentId, cancellation);
            if (!answer.IsDone)
            {
                return false;
            }
        }

        // Refused here means that it was never opened and cannot be: nobody can pay through it.
        var neverOpened = answer is ProviderAnswer<MoneyFact>.Refused { Status: not (401 or 403) } && other.ProviderPaymentIntentId is null;
        if (answer is not ProviderAnswer<MoneyFact>.Done { Value.State: MoneyState.Closed } && !neverOpened)
        {
            return false;
        }

        return await database.TransactAsync(
            async unit =>
            {
                await BookingIntents.LockAsync(unit, intent.Id);
                var attempt = (await PaymentAttempts.FindAsync(unit.Connection, other.Id))!;
                if (PaymentAttemptStatus.IsOpen(attempt.Status))
                {
                    await PaymentAttempts.MoveAsync(
                        unit, attempt.Id, attempt.Status, PaymentAttemptStatus.Cancelled, "another method was chosen", clock.GetUtcNow());
                    await PixTransactions.EndAsync(unit, attempt, clock.GetUtcNow());
                }

                return true;
            },
            cancellation);
    }

    private async Task<Outcome<PaymentView>> ReadAsync(Guid attemptId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return (await PaymentView.OfAttemptAsync(connection, attemptId, booking.Value))!;
    }

    private sealed record Begun(BookingIntent Intent, PaymentAttempt Attempt, PaymentAttempt? InTheWay);
}
