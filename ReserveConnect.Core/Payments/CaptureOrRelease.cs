using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>One try to take reserved money.</summary>
/// <param name="RetryAt">UTC instant of the next try, when the answer settled nothing.</param>
public sealed record CaptureStep(CaptureResult Result, DateTimeOffset? RetryAt = null);

/// <summary>What came of asking for reserved money.</summary>
public enum CaptureResult
{
    /// <summary>Every reserved amount of the intent was taken (or there was none to take).</summary>
    Done,

    /// <summary>The provider will not give it.</summary>
    Refused,

    /// <summary>No answer that settles it; asking again may.</summary>
    Unknown,
}

/// <summary>
/// The second half of a card payment that was only reserved (<c>Payments:CardCapture=after_host_commit</c>): taken after
/// the Host's yes, let go after its no, which costs no fee.
/// </summary>
public sealed class CaptureOrRelease(
    ReserveDatabase database,
    PaymentProviders providers,
    RefundsAtProvider refunds,
    TimeProvider clock,
    IOptions<BookingOptions> options,
    ILogger<CaptureOrRelease> log)
{
    /// <summary>Takes the reserved amount and posts it. With nothing reserved, or a guest who has left, there is nothing to do.</summary>
    /// <param name="intentId">Booked at the Host.</param>
    /// <param name="attempt">1 for the first try; a person is called when the tries of a compensation are used up, and it goes on.</param>
    public async Task<CaptureStep> CaptureAsync(Guid intentId, int attempt, CancellationToken cancellation)
    {
        var result = await TryCaptureAsync(intentId, cancellation);
        if (result != CaptureResult.Unknown)
        {
            return new(result);
        }

        if (attempt == options.Value.CompensationTries)
        {
            await RaiseUnknownAsync(intentId, cancellation);
        }

        return new(result, clock.GetUtcNow() + UndoAtHost.Backoff(attempt, options.Value));
    }

    private async Task<CaptureResult> TryCaptureAsync(Guid intentId, CancellationToken cancellation)
    {
        if (await ReservedAsync(intentId, cancellation) is not var (intent, attempt) || intent.CancelRequestedAt is not null)
        {
            return CaptureResult.Done;
        }

        var answer = await providers.CaptureAsync(attempt, cancellation);
        if (!answer.IsDone)
        {
            // Refused because it was captured before, or because the reservation is gone; or the answer was lost: ask.
            var wasRefused = answer is ProviderAnswer<MoneyFact>.Refused { Status: not (401 or 403) };
            answer = await providers.AskAsync(attempt, intent, cancellation);
            if (answer is ProviderAnswer<MoneyFact>.Done { Value.State: var state } && (state == MoneyState.Closed || (wasRefused && state != MoneyState.Paid)))
            {
                log.LogWarning("The reserved amount of attempt {AttemptId} cannot be captured", attempt.Id);
                return CaptureResult.Refused;
            }
        }

        if (answer is not ProviderAnswer<MoneyFact>.Done { Value.State: MoneyState.Paid })
        {
            return CaptureResult.Unknown;
        }

        // The capture's own answer may lack the fee: the fetched payment has it.
        if (await providers.AskAsync(attempt, intent, cancellation) is not ProviderAnswer<MoneyFact>.Done { Value: { State: MoneyState.Paid } fact })
        {
            return CaptureResult.Unknown;
        }

        await database.TransactAsync(
            async unit =>
            {
                var locked = await BookingIntents.LockAsync(unit, intentId);
                await MoneyIntake.RecordAsync(unit, locked, attempt.Id, fact, clock.GetUtcNow());
                await Exceptions.ResolveAllAsync(unit, intentId, "capture_unknown", "captured", clock.GetUtcNow());
            },
            cancellation);
        await refunds.TakeInBehindAsync(attempt.Id, fact, cancellation);
        return CaptureResult.Done;
    }

    /// <summary>Lets the reserved amount of an intent in <c>refund_pending</c> go; in any other state a booking may still need it.</summary>
    /// <returns>False when the provider did not answer; ask again.</returns>
    public async Task<bool> ReleaseAsync(Guid intentId, CancellationToken cancellation)
    {
        if (await ReservedAsync(intentId, cancellation) is not var (intent, attempt) || intent.Status != BookingIntentStatus.RefundPending)
        {
            return true;
        }

        var answer = await providers.CloseAsync(attempt, attempt.ProviderPaymentIntentId!, cancellation);
        if (!answer.IsDone)
        {
            answer = await providers.AskAsync(attempt, intent, cancellation);
        }

        switch (answer)
        {
            case ProviderAnswer<MoneyFact>.Done { Value.State: MoneyState.Closed }:
                await database.TransactAsync(unit => LetGoAsync(unit, intentId, attempt.Id), cancellation);
                return true;
            case ProviderAnswer<MoneyFact>.Done { Value: { State: MoneyState.Paid } fact }:
                // Captured after all: it goes back as a refund.
                await database.TransactAsync(unit => RefundInsteadAsync(unit, intentId, attempt.Id, fact), cancellation);
                await refunds.TakeInBehindAsync(attempt.Id, fact, cancellation);
                return true;
            default:
                return false;
        }
    }

    private Task RaiseUnknownAsync(Guid intentId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return database.TransactAsync(
            unit => Exceptions.RaiseAsync(
                unit,
                new($"capture_unknown:{intentId}", "capture_unknown", "critical", "A booking stands at the Host and its reserved money cannot be taken", now + options.Value.HostFailureDecisionTime)
                {
                    BookingIntentId = intentId,
                },
                now),
            cancellation);
    }

    private async Task LetGoAsync(UnitOfWork unit, Guid intentId, Guid attemptId)
    {
        await BookingIntents.LockAsync(unit, intentId);
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        if (attempt.Status == PaymentAttemptStatus.Authorized)
        {
            await PaymentAttempts.MoveAsync(
                unit, attemptId, attempt.Status, PaymentAttemptStatus.Cancelled, "reserved amount let go", clock.GetUtcNow());
            await Exceptions.ResolveAsync(unit, LatePayments.Key(attemptId), "let_go", clock.GetUtcNow());
        }
    }

    private async Task RefundInsteadAsync(UnitOfWork unit, Guid intentId, Guid attemptId, MoneyFact fact)
    {
        var now = clock.GetUtcNow();
        var intent = await BookingIntents.LockAsync(unit, intentId);
        var attempt = await MoneyIntake.RecordAsync(unit, intent, attemptId, fact, now);
        await Refunds.RequestAllAsync(unit, attempt, "captured_after_refusal", now);
    }

    private async Task<(BookingIntent Intent, PaymentAttempt Reserved)?> ReservedAsync(Guid intentId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var attempts = await PaymentAttempts.OfIntentAsync(connection, intentId);
        if (attempts.LastOrDefault(a => a.Status == PaymentAttemptStatus.Authorized) is not { } reserved)
        {
            return null;
        }

        var intent = await BookingIntents.FindAsync(connection, intentId)
            ?? throw new InvalidOperationException($"no booking intent {intentId}");
        return (intent, reserved);
    }
}
