using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Database;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Booking;

/// <summary>What the Host said to a booking.</summary>
public enum HostAnswer
{
    /// <summary>The booking stands at the Host.</summary>
    Booked,

    /// <summary>A definitive no.</summary>
    Refused,

    /// <summary>No answer that settles it; asking again may.</summary>
    Unreachable,
}

/// <summary>The result of one try.</summary>
/// <param name="HostBookingId">When booked.</param>
/// <param name="Reason">When not; stable and safe to show to staff.</param>
/// <param name="RetryAt">UTC instant of the next try; null when there is none.</param>
/// <param name="IsQueued">The Host is down: the try does not count, the booking waits for it.</param>
/// <param name="GuestLeft">The Host was not asked: nobody waits for the booking any more.</param>
/// <param name="OwesRefund">Once it is confirmed money goes back, because a booking was changed to a cheaper stay.</param>
public sealed record HostCommitResult(
    HostAnswer Answer, Guid? HostBookingId = null, string? Reason = null, DateTimeOffset? RetryAt = null, bool IsQueued = false, bool OwesRefund = false,
    bool GuestLeft = false);

/// <summary>
/// Step 4 of the booking saga: commits the booking at the Host under the intent's id. A time-out is not a failure:
/// every later try first asks whether the booking exists.
/// </summary>
public sealed class CommitAtHost(
    ReserveDatabase database,
    HostConnectClient host,
    ChangeAtHost changes,
    IEnumerable<ProviderCircuit> circuits,
    TimeProvider clock,
    IOptions<BookingOptions> options,
    ILogger<CommitAtHost> log)
{
    /// <param name="intentId">In <c>host_commit_pending</c>.</param>
    /// <param name="attempt">1 for the first try of a round.</param>
    public async Task<HostCommitResult> RunAsync(Guid intentId, int attempt, CancellationToken cancellation)
    {
        BookingIntent intent;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            intent = await BookingIntents.FindAsync(connection, intentId)
                ?? throw new InvalidOperationException($"no booking intent {intentId}");
        }

        if (intent.HostBookingId is { } known)
        {
            return new(HostAnswer.Booked, known);
        }

        if (intent.Status != BookingIntentStatus.HostCommitPending)
        {
            throw new InvalidOperationException($"booking intent {intentId} is {intent.Status}, not ready for the Host");
        }

        if (intent.CancelRequestedAt is not null)
        {
            return new(HostAnswer.Refused, Reason: CancelBookingIntent.Reason, GuestLeft: true);
        }

        // A call that was let through while the booking waited may have done its work.
        var tries = intent.HostQueuedAt is null ? attempt : Math.Max(attempt, 2);
        var result = intent.ModifiesReservationId is null
            ? await TryAsync(intent, tries, cancellation)
            : await changes.TryAsync(intent, tries, cancellation);
        if (result.Answer == HostAnswer.Booked)
        {
            return result;
        }

        log.Log(
            intent.HostQueuedAt is null ? LogLevel.Warning : LogLevel.Debug,
            "The Host did not book intent {IntentId} at try {Attempt}: {Answer} {Reason}", intentId, attempt, result.Answer, result.Reason);
        // The breaker says whether to call. Whether to wait is another matter: it may have seen too few calls to open, and a Host
        // that is back may have too many guests at its door.
        var isDown = result.Answer == HostAnswer.Unreachable
            && (intent.HostQueuedAt is not null || attempt >= options.Value.HostCommitTries || IsKnownToBeDown());
        if (isDown
            && await database.TransactAsync(unit => HostCommits.QueueAsync(unit, intent, options.Value.HostQueueTime, clock.GetUtcNow()), cancellation))
        {
            return result with { RetryAt = clock.GetUtcNow() + TurnOf(intentId), IsQueued = true };
        }

        await database.TransactAsync(
            unit => HostCommits.RecordAsync(
                unit, intentId, result.Answer == HostAnswer.Refused ? "refused" : "unknown", result.Reason, null, clock.GetUtcNow()),
            cancellation);
        return result.Answer == HostAnswer.Unreachable && attempt < options.Value.HostCommitTries
            ? result with { RetryAt = clock.GetUtcNow() + options.Value.HostCommitFirstBackoff * Math.Pow(2, attempt - 1) }
            : result;
    }

    private async Task<HostCommitResult> TryAsync(BookingIntent intent, int attempt, CancellationToken cancellation)
    {
        var known = attempt > 1 ? await AskAsync(intent.Id, cancellation) : null;
        return known ?? Read(await host.CreateBooking(RequestFor(intent), intent.Id.ToString(), cancellation));
    }

    /// <summary>Asks the Host whether the intent's booking stands there.</summary>
    /// <returns>Booked, Unreachable, or null: the Host knows of no booking.</returns>
    public async Task<HostCommitResult?> AskAsync(Guid intentId, CancellationToken cancellation) =>
        await host.FindBookingByKey(intentId.ToString(), cancellation) switch
        {
            ProviderAnswer<HostBooking?>.Done { Value: null } => null,
            ProviderAnswer<HostBooking?>.Done { Value: { Status: HostBookingStatus.Confirmed } booking } => new(HostAnswer.Booked, booking.Id),
            ProviderAnswer<HostBooking?>.Done => new(HostAnswer.Refused, Reason: "cancelled_at_host"),
            ProviderAnswer<HostBooking?>.Refused refused => new(HostAnswer.Unreachable, Reason: refused.Code),
            ProviderAnswer<HostBooking?>.NotSent notSent => new(HostAnswer.Unreachable, Reason: notSent.Reason),
            ProviderAnswer<HostBooking?>.Unknown unknown => new(HostAnswer.Unreachable, Reason: unknown.Reason),
            _ => throw new InvalidOperationException("none of the four answers"),
        };

    /// <summary>
    /// What stands at the Host before money goes back: a booking after all (then it is confirmed instead), or nothing,
    /// and nothing can come to stand there any more.
    /// </summary>
    public async Task<HostCommitResult> SettleAsync(Guid intentId, CancellationToken cancellation)
    {
        var intent = await FindAsync(intentId, cancellation);
        if (intent?.ModifiesReservationId is not null)
        {
            return await changes.SettleAsync(intent, cancellation);
        }

        // Whoever has left wants no booking, though it may stand.
        if (intent?.CancelRequestedAt is null && await AskAsync(intentId, cancellation) is { Answer: not HostAnswer.Refused } booked)
        {
            return booked;
        }

        return await UndoAsync(intentId, cancellation)
            ? new(HostAnswer.Refused, Reason: "nothing_at_host")
            : new(HostAnswer.Unreachable, Reason: "host_silent");
    }

    /// <summary>
    /// Makes sure that no booking of the intent, or no change that it wanted, stands at the Host, now or when a late request
    /// arrives there; of a change that was made, that no booking is left of the stay before it.
    /// </summary>
    /// <returns>Whether the Host has said so.</returns>
    public async Task<bool> UndoAsync(Guid intentId, CancellationToken cancellation) =>
        await ChangeOfAsync(intentId, cancellation) is { } modification
            ? modification.Status == BookingIntentStatus.Confirmed
                ? await changes.FreeReplacedAsync(modification, cancellation)
                : await changes.UndoAsync(modification, cancellation)
            : (await host.CancelBookingByKey(intentId.ToString(), cancellation)).IsDone;

    // The intent, if it is one that changes a booking.
    private async Task<BookingIntent?> ChangeOfAsync(Guid intentId, CancellationToken cancellation) =>
        await FindAsync(intentId, cancellation) is { ModifiesReservationId: not null } modification ? modification : null;

    private async Task<BookingIntent?> FindAsync(Guid intentId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await BookingIntents.FindAsync(connection, intentId);
    }

    /// <summary>Makes sure that nothing but one booking stands for the intent: whatever was made under its key goes, unless it is that one.</summary>
    /// <returns>Whether the Host has said so.</returns>
    public async Task<bool> FreeKeyAsync(Guid intentId, Guid hostBookingId, CancellationToken cancellation) =>
        await ChangeOfAsync(intentId, cancellation) is not null
            // It leaves a booking behind only once it is made.
            || (await host.FindBooking(hostBookingId, cancellation) is ProviderAnswer<HostBooking?>.Done { Value: var kept }
                && (kept?.IdempotencyKey == intentId.ToString() || await UndoAsync(intentId, cancellation)));

    // Spread over half an interval more, so that those who wait do not all come at once; for one booking always the same.
    private TimeSpan TurnOf(Guid intentId) => options.Value.HostQueueInterval * (1 + (intentId.ToByteArray()[^1] / 512.0));

    // The call that was let through to see whether it is back may have been this one.
    private bool IsKnownToBeDown() => circuits.Single(circuit => circuit.Name == ProviderCircuit.HostConnect).State != ProviderCircuitState.Closed;

    private static HostCommitResult Read(ProviderAnswer<HostBooking> answer) =>
        answer.Match(
            booking => booking.Status == HostBookingStatus.Confirmed
                ? new HostCommitResult(HostAnswer.Booked, booking.Id)
                : new(HostAnswer.Refused, Reason: "cancelled_at_host"),
            // A key that the Host does not know is our trouble, not its answer to this booking.
            refused => new(refused.Status is 401 or 403 ? HostAnswer.Unreachable : HostAnswer.Refused, Reason: refused.Code),
            notSent => new(HostAnswer.Unreachable, Reason: notSent.Reason),
            unknown => new(HostAnswer.Unreachable, Reason: unknown.Reason));

    private static HostBookingRequest RequestFor(BookingIntent intent) =>
        new(
            intent.HostUnitId,
            intent.CheckIn,
            intent.CheckOut,
            intent.GuestsAdults,
            intent.GuestsChildren,
            new(intent.GuestFirstName, intent.GuestLastName, intent.GuestEmail, intent.GuestPhone),
            intent.TotalAmount,
            intent.Currency,
            intent.Id.ToString());
}
