using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
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
/// <param name="IsQueued">The Host is known to be down and was not asked: the try does not count, the booking waits its turn.</param>
public sealed record HostCommitResult(
    HostAnswer Answer, Guid? HostBookingId = null, string? Reason = null, DateTimeOffset? RetryAt = null, bool IsQueued = false);

/// <summary>
/// Step 4 of the booking saga: commits the booking at the Host under the intent's id. A time-out is not a failure:
/// every later try first asks whether the booking exists.
/// </summary>
public sealed class CommitAtHost(
    ReserveDatabase database,
    HostConnectClient host,
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

        var result = attempt > 1 ? await AskAsync(intentId, cancellation) : null;
        result ??= Read(await host.CreateBooking(RequestFor(intent), intentId.ToString(), cancellation));
        if (result.Answer == HostAnswer.Booked)
        {
            return result;
        }

        log.LogWarning("The Host did not book intent {IntentId} at try {Attempt}: {Answer} {Reason}", intentId, attempt, result.Answer, result.Reason);
        if (result.Answer == HostAnswer.Unreachable && IsKnownToBeDown()
            && await database.TransactAsync(unit => HostCommits.QueueAsync(unit, intent, options.Value.HostQueueTime, clock.GetUtcNow()), cancellation))
        {
            return result with { RetryAt = clock.GetUtcNow() + options.Value.HostQueueInterval, IsQueued = true };
        }

        await database.TransactAsync(
            unit => HostCommits.RecordAsync(
                unit, intentId, result.Answer == HostAnswer.Refused ? "refused" : "unknown", result.Reason, null, clock.GetUtcNow()),
            cancellation);
        return result.Answer == HostAnswer.Unreachable && attempt < options.Value.HostCommitTries
            ? result with { RetryAt = clock.GetUtcNow() + options.Value.HostCommitFirstBackoff * Math.Pow(2, attempt - 1) }
            : result;
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
        if (await AskAsync(intentId, cancellation) is { Answer: not HostAnswer.Refused } booked)
        {
            return booked;
        }

        return await UndoAsync(intentId, cancellation)
            ? new(HostAnswer.Refused, Reason: "nothing_at_host")
            : new(HostAnswer.Unreachable, Reason: "host_silent");
    }

    /// <summary>Makes sure that no booking of the intent stands at the Host, now or when a late request arrives there.</summary>
    /// <returns>Whether the Host has said so.</returns>
    public async Task<bool> UndoAsync(Guid intentId, CancellationToken cancellation) =>
        (await host.CancelBookingByKey(intentId.ToString(), cancellation)).IsDone;

    /// <summary>Makes sure that nothing but one booking stands for the intent: whatever was made under its key goes, unless it is that one.</summary>
    /// <returns>Whether the Host has said so.</returns>
    public async Task<bool> FreeKeyAsync(Guid intentId, Guid hostBookingId, CancellationToken cancellation) =>
        await host.FindBooking(hostBookingId, cancellation) is ProviderAnswer<HostBooking?>.Done { Value: var kept }
        && (kept?.IdempotencyKey == intentId.ToString() || await UndoAsync(intentId, cancellation));

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
