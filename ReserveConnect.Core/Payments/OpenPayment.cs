using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Providers;

namespace ReserveConnect.Payments;

/// <summary>An open attempt that is to be replaced, and where its provider has just said that it stands.</summary>
public sealed record FailedCharge(Guid AttemptId, MoneyFact Fact);

/// <summary>
/// Opens a charge for an intent. The attempt and its operation id are stored before the provider is asked; a lost answer
/// leaves the attempt <c>initiating</c>, and asking again, here or in the saga, gives the same charge.
/// </summary>
public sealed class OpenPayment(
    ReserveDatabase database,
    PaymentProviders providers,
    CloseOther door,
    PixCodes codes,
    TimeProvider clock,
    IOptions<BookingOptions> booking,
    IOptions<PaymentOptions> payments,
    ILogger<OpenPayment> log)
{
    /// <summary>How long an answer that settled nothing is let rest before the same question is asked once more.</summary>
    private static readonly TimeSpan PauseBeforeAsking = TimeSpan.FromMilliseconds(200);

    /// <summary>The refusal of a payment of what is paid.</summary>
    public static Refusal AlreadyMade { get; } = Refusal.Conflict("payment_already_made", "This stay is paid.");

    /// <summary>The refusal of one payment too many.</summary>
    public static Refusal TooMany { get; } = Refusal.Conflict("too_many_payments", "Too many payments were begun for this stay; please book again.");

    /// <summary>The refusal while nobody knows what becomes of another payment.</summary>
    public static Refusal InProgress { get; } =
        Refusal.Conflict("payment_in_progress", "Another payment of this stay is being decided; please look at its status.");

    /// <summary>The refusal while a provider is silent.</summary>
    public static Refusal Silent { get; } =
        Refusal.Unavailable("payment_provider_unavailable", "The payment provider does not answer; please try again in a moment.");

    /// <summary>A card payment that the guest's browser confirms with the client secret.</summary>
    /// <param name="language">Of what the guest is told: <c>pt-BR</c> or <c>en</c>.</param>
    public Task<Outcome<PaymentView>> CardAsync(Guid intentId, string language, CancellationToken cancellation) =>
        RunAsync(intentId, PaymentAttempt.Stripe, replaces: null, language, cancellation);

    /// <summary>A PIX charge; the hold is extended to its expiry.</summary>
    /// <inheritdoc cref="CardAsync"/>
    public Task<Outcome<PaymentView>> PixAsync(Guid intentId, string language, CancellationToken cancellation) =>
        RunAsync(intentId, PaymentAttempt.MercadoPago, replaces: null, language, cancellation);

    /// <summary>
    /// Opens a charge. Refusals: <c>intent_not_found</c>, <c>intent_not_payable</c>, <c>payment_already_made</c>,
    /// <c>payment_in_progress</c>, <c>too_many_payments</c>, <c>hold_too_old</c>, <c>payment_refused</c>, <c>pix_code_invalid</c>,
    /// <c>payment_provider_unavailable</c>.
    /// </summary>
    /// <param name="provider">Of the new charge.</param>
    /// <param name="replaces">An attempt that is closed first, as one with another provider always is; any other that is open is the answer.</param>
    /// <inheritdoc cref="CardAsync"/>
    public async Task<Outcome<PaymentView>> RunAsync(Guid intentId, string provider, FailedCharge? replaces, string language, CancellationToken cancellation)
    {
        var begun = await BeginAsync(intentId, provider, replaces?.AttemptId, cancellation);
        if (begun.Refusal is not null)
        {
            return begun.Refusal;
        }

        if (begun.Value.InTheWay is { } other)
        {
            var closed = await door.RunAsync(begun.Value.Intent, other, other.Id == replaces?.AttemptId ? replaces.Fact : null, cancellation);
            if (closed != Door.Closed)
            {
                return closed == Door.Paid ? AlreadyMade : InProgress;
            }

            begun = await BeginAsync(intentId, provider, replaces?.AttemptId, cancellation);
            if (begun.Refusal is not null || begun.Value.InTheWay is not null)
            {
                return begun.Refusal ?? Refusal.Conflict("payment_in_progress", "Another payment of this stay was begun meanwhile.");
            }
        }

        if (await AnswerAsync(begun.Value, language, cancellation) is { } answer)
        {
            return answer;
        }

        // Once more, under a new operation id: under the old one the provider may give its old answer for a day.
        begun = await BeginAsync(intentId, provider, replaces?.AttemptId, cancellation);
        if (begun.Refusal is not null || begun.Value.InTheWay is not null)
        {
            return begun.Refusal ?? InProgress;
        }

        return await AnswerAsync(begun.Value, language, cancellation) ?? Silent;
    }

    private async Task<Outcome<PaymentView>?> AnswerAsync(Begun begun, string language, CancellationToken cancellation) =>
        begun.Attempt.Status == PaymentAttemptStatus.Pending
            ? await ReadAsync(begun.Attempt.Id, language, cancellation)
            : await AskProviderAsync(begun, language, cancellation);

    // Null: this attempt is over without anybody having seen it, and another may be begun.
    private async Task<Outcome<PaymentView>?> AskProviderAsync(Begun begun, string language, CancellationToken cancellation)
    {
        var (intent, attempt) = (begun.Intent, begun.Attempt);
        var answer = await providers.OpenAsync(attempt, intent, cancellation);
        if (answer is ProviderAnswer<MoneyFact>.Unknown)
        {
            // The saga, woken by a report that overtook us, may be asking under the same key: once more, and it has answered.
            await Task.Delay(PauseBeforeAsking, clock, cancellation);
            answer = await providers.OpenAsync(attempt, intent, cancellation);
        }

        switch (answer)
        {
            case ProviderAnswer<MoneyFact>.Done { Value: var fact } when PixCodes.FlawOf(attempt, fact) is { } flaw:
                log.LogError("The PIX code of attempt {AttemptId} is not shown: {Flaw}", attempt.Id, flaw);
                await codes.RefuseAsync(intent, attempt, fact, flaw, cancellation);
                return Refusal.Unavailable(PixCodes.Invalid, "The payment provider made no valid PIX code; please try again or pay by card.");
            case ProviderAnswer<MoneyFact>.Done { Value: { State: MoneyState.Closed } rejected }:
                await database.TransactAsync(unit => ClosedCharges.NoteAsync(unit, intent.Id, attempt.Id, rejected, clock.GetUtcNow(), booking.Value), cancellation);
                return Refusal.Unprocessable("payment_refused", "The payment provider does not accept this payment.");
            case ProviderAnswer<MoneyFact>.Done { Value: var fact }:
                if (!await database.TransactAsync(unit => OpenedAsync(unit, intent.Id, attempt.Id, fact), cancellation))
                {
                    return Refusal.Conflict("payment_in_progress", "Another payment of this stay was begun meanwhile.");
                }

                // The provider looks at it before it makes a code.
                return attempt.IsPix && fact is { State: MoneyState.Processing, PixCode: null } ? InProgress : await ReadAsync(attempt.Id, language, cancellation);
            // The provider's limit is on what is left of it, not on what it was made for: nobody's fault, and none is counted.
            case ProviderAnswer<MoneyFact>.Refused { Status: not (401 or 403) } when attempt.ExpiresAt - clock.GetUtcNow() < payments.Value.PixLifetime:
                return await door.LeaveUnshownAsync(attempt, cancellation) ? null : (Outcome<PaymentView>?)InProgress;
            case ProviderAnswer<MoneyFact>.Refused { Status: not (401 or 403) } refused:
                log.LogWarning("{Provider} refused to open attempt {AttemptId}: {Code}", attempt.Provider, attempt.Id, refused.Code);
                await database.TransactAsync(unit => RefusedAsync(unit, intent.Id, attempt.Id, refused), cancellation);
                return Refusal.Unprocessable("payment_refused", "The payment provider does not accept this payment.");
            case ProviderAnswer<MoneyFact>.Unknown when !begun.IsNew:
                return await door.LeaveUnshownAsync(attempt, cancellation) ? null : (Outcome<PaymentView>?)InProgress;
            default:
                return Silent;
        }
    }

    private Task<Outcome<Begun>> BeginAsync(Guid intentId, string provider, Guid? replaces, CancellationToken cancellation) =>
        database.TransactAsync<Outcome<Begun>>(
            async unit =>
            {
                var now = clock.GetUtcNow();
                if (await BookingIntents.TryLockWithAttemptsAsync(unit, intentId) is not var (intent, attempts))
                {
                    return Refusal.NotFound("intent_not_found", "There is no such booking intent.");
                }

                if (!intent.TakesPayments(now))
                {
                    return BookingIntentStatus.AwaitsMoney(intent.Status) || intent.Status is BookingIntentStatus.Expired or BookingIntentStatus.Cancelled
                        ? Refusal.Conflict("intent_not_payable", "This hold has ended; please book again.")
                        : AlreadyMade;
                }

                if (attempts.FirstOrDefault(a => PaymentAttemptStatus.IsOpen(a.Status)) is { } open)
                {
                    return new Begun(intent, open, open.Provider == provider && open.Id != replaces ? null : open);
                }

                // Those that nobody saw are a silent provider's doing, and have a bound of their own.
                var unshown = attempts.Count(a => a.WasNeverShown);
                if (intent.PaymentFailures >= booking.Value.MaxPaymentFailures
                    || attempts.Count - unshown >= booking.Value.MaxPaymentAttempts || unshown >= booking.Value.MaxPaymentAttempts)
                {
                    return TooMany;
                }

                var attempt = NewAttempt(intent, provider, attempts.Count + 1, now);
                if (attempt.ExpiresAt > intent.CreatedAt + booking.Value.LongestHold)
                {
                    return Refusal.Conflict("hold_too_old", "This hold has lasted too long to be paid by PIX; please pay by card or book again.");
                }

                await InsertAsync(unit, intent, attempt, now);
                return new Begun(intent, attempt, null, IsNew: true);
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
            intent.AmountDue,
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

    private static Task InsertAsync(UnitOfWork unit, BookingIntent intent, PaymentAttempt attempt, DateTimeOffset now) =>
        unit.SendAsync(
            new Statement(
                """
                INSERT INTO reserve.payment_attempts
                    (id, booking_intent_id, payment_method, provider, operation_id, amount, currency, capture_later, status,
                     expires_at, created_at, updated_at)
                VALUES (@Id, @BookingIntentId, @PaymentMethod, @Provider, @OperationId, @Amount, @Currency, @CaptureLater, @Status,
                        @ExpiresAt, @CreatedAt, @CreatedAt)
                """,
                attempt),
            attempt.ExpiresAt is not { } expiresAt
                ? null
                : new Statement(
                    "UPDATE reserve.booking_intents SET expires_at = greatest(expires_at, @expiresAt) WHERE id = @BookingIntentId",
                    new { attempt.BookingIntentId, expiresAt }),
            intent.Status != BookingIntentStatus.Created
                ? null
                : BookingIntents.Move(intent.Id, intent.Status, BookingIntentStatus.PaymentPending, "guest", attempt.PaymentMethod, now));

    // Returns false when another tab has closed the charge meanwhile: there is nothing to pay through.
    private async Task<bool> OpenedAsync(UnitOfWork unit, Guid intentId, Guid attemptId, MoneyFact fact)
    {
        var now = clock.GetUtcNow();
        var (_, attempts) = (await BookingIntents.TryLockWithAttemptsAsync(unit, intentId))!.Value;
        var attempt = attempts.Single(a => a.Id == attemptId);
        if (attempt.Status != PaymentAttemptStatus.Initiating)
        {
            // The saga, woken by a webhook that overtook this answer, has already taken it in.
            return attempt.Status is not (PaymentAttemptStatus.Cancelled or PaymentAttemptStatus.Failed);
        }

        await unit.SendAsync(
            PaymentAttempts.Record(attemptId, fact, now),
            PaymentAttempts.Move(attemptId, attempt.Status, PaymentAttemptStatus.Pending, "opened", now),
            new Statement(
                attempt.IsPix
                    ? "UPDATE reserve.booking_intents SET pix_transaction_id = @ProviderPaymentId WHERE id = @intentId"
                    : "UPDATE reserve.booking_intents SET stripe_payment_intent_id = @ProviderPaymentId WHERE id = @intentId",
                new { intentId, fact.ProviderPaymentId }));
        if (attempt.IsPix && fact.PixCode is not null)
        {
            await PixTransactions.InsertAsync(unit, attempt, fact, now);
        }

        return true;
    }

    private async Task RefusedAsync(UnitOfWork unit, Guid intentId, Guid attemptId, ProviderAnswer<MoneyFact>.Refused refused)
    {
        var now = clock.GetUtcNow();
        await BookingIntents.LockAsync(unit, intentId);
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        if (attempt.Status == PaymentAttemptStatus.Initiating)
        {
            await unit.SendAsync(
                PaymentAttempts.Move(attemptId, attempt.Status, PaymentAttemptStatus.Failed, refused.Code, now),
                new Statement("UPDATE reserve.payment_attempts SET error_code = @Code, failed_at = @now WHERE id = @attemptId", new { attemptId, refused.Code, now }));
        }
    }

    private async Task<Outcome<PaymentView>> ReadAsync(Guid attemptId, string language, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return (await PaymentView.OfAttemptAsync(connection, attemptId, booking.Value, language))!;
    }

    private sealed record Begun(BookingIntent Intent, PaymentAttempt Attempt, PaymentAttempt? InTheWay, bool IsNew = false);
}
