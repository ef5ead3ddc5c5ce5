using System.Text.Json;
using Microsoft.Extensions.Logging;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Support;

namespace ReserveConnect.Payments;

/// <summary>A charge that a provider has reported on, and its intent.</summary>
public sealed record ReportedCharge(PaymentAttempt Attempt, BookingIntent Intent)
{
    /// <summary>Its own saga waits for it.</summary>
    public bool IsAwaited => BookingIntentStatus.AwaitsMoney(Intent.Status) && PaymentAttemptStatus.IsOpen(Attempt.Status);
}

/// <summary>Finds the charge of a report, and hands it to the saga that has to do with it.</summary>
public sealed class ReportedCharges(ReserveDatabase database, IBookingSagas sagas, TimeProvider clock, ILogger<ReportedCharges> log)
{
    /// <summary>The charge that a stored report of Stripe is about; null: none of ours.</summary>
    public async Task<ReportedCharge?> OfAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var (objectId, paymentId, attemptId) = stored.Payload.Deserialize<StripeReport>(EventJson.Options)!;
        if ((attemptId is not null || (paymentId ?? objectId) is not null)
            && await WithIntentAsync(PaymentAttempt.Stripe, paymentId ?? objectId, attemptId, cancellation) is { } charge)
        {
            return charge;
        }

        log.LogWarning("Stripe reported on {ObjectId}, which is no payment of ours", objectId);
        return null;
    }

    /// <summary>The attempt that the provider names, or whose charge has this id.</summary>
    public async Task<PaymentAttempt?> FindAsync(string provider, string? objectId, Guid? attemptId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return attemptId is { } named
            ? await PaymentAttempts.FindAsync(connection, named)
            : objectId is null ? null : await PaymentAttempts.FindByProviderIdAsync(connection, provider, objectId);
    }

    /// <summary>The charge with its intent, as they are now.</summary>
    public async Task<ReportedCharge> WithIntentAsync(PaymentAttempt attempt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        return (await WithIntentAsync(attempt.Provider, null, attempt.Id, cancellation))!;
    }

    private async Task<ReportedCharge?> WithIntentAsync(string provider, string? objectId, Guid? attemptId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await PaymentAttempts.FindWithIntentAsync(connection, provider, objectId, attemptId) is var (intent, attempt)
            ? new(attempt, intent)
            : null;
    }

    /// <summary>Money has come, or may have: to the saga that waits for it, else to the one for late money.</summary>
    public async Task HandOnMoneyAsync(ReportedCharge charge, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(charge);
        if (charge.IsAwaited)
        {
            await AwakenAsync(charge, cancellation);
            return;
        }

        // A refund's progress interests the saga that waits; money in a door that was closed is late, even while the intent
        // still waits for another.
        await sagas.WakeAsync(charge.Intent.Id, cancellation);
        if (charge.Attempt.Status is PaymentAttemptStatus.Succeeded or PaymentAttemptStatus.Authorized or PaymentAttemptStatus.Refunded)
        {
            await database.TransactAsync(
                unit => Exceptions.ResolveAsync(unit, MissingWebhooks.Key(charge.Attempt.Id), MissingWebhooks.Came, clock.GetUtcNow()), cancellation);
        }
        else
        {
            await sagas.TakeLatePaymentAsync(charge.Attempt.Id, cancellation);
        }
    }

    /// <summary>Makes whatever has an open charge in hand look at it.</summary>
    public async Task AwakenAsync(ReportedCharge charge, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(charge);
        if (!charge.IsAwaited)
        {
            await sagas.TakeLatePaymentAsync(charge.Attempt.Id, cancellation);
            return;
        }

        await sagas.AwakenAsync(charge.Intent.Id, charge.Intent.ExpiresAt, cancellation);
    }
}
