using System.Text.Json;
using Microsoft.Extensions.Logging;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;

namespace ReserveConnect.Payments;

/// <summary>
/// A provider has reported something about a charge: wakes the saga that waits for it, or starts the one for late money.
/// What happened is not taken from the report; the saga asks the provider.
/// </summary>
public sealed class PaymentReported(
    ReserveDatabase database, IBookingSagas sagas, MercadoPagoClient pix, ILogger<PaymentReported> log) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [Webhooks.Reported];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        var (provider, objectId, attemptId) = stored.Payload.Deserialize<PaymentReport>(EventJson.Options)!;
        if (await FindAsync(provider, objectId, attemptId, cancellation) is not var (attempt, intent))
        {
            log.LogWarning("{Provider} reported on {ObjectId}, which is no payment of ours", provider, objectId);
            return;
        }

        if (BookingIntentStatus.AwaitsMoney(intent.Status) && PaymentAttemptStatus.IsOpen(attempt.Status))
        {
            await sagas.EnsureStartedAsync(intent.Id, intent.ExpiresAt, cancellation);
            await sagas.WakeAsync(intent.Id, cancellation);
            return;
        }

        // A refund's progress, or another decline, interests the saga that waits; money in a door that was closed is late,
        // even while the intent still waits for another.
        await sagas.WakeAsync(intent.Id, cancellation);
        if (attempt.Status is not (PaymentAttemptStatus.Succeeded or PaymentAttemptStatus.Authorized or PaymentAttemptStatus.Refunded))
        {
            await sagas.TakeLatePaymentAsync(attempt.Id, cancellation);
        }
    }

    private async Task<(PaymentAttempt Attempt, BookingIntent Intent)?> FindAsync(
        string provider, string? objectId, Guid? attemptId, CancellationToken cancellation)
    {
        PaymentAttempt? attempt;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            attempt = attemptId is { } named
                ? await PaymentAttempts.FindAsync(connection, named)
                : objectId is null ? null : await PaymentAttempts.FindByProviderIdAsync(connection, provider, objectId);
        }

        // A report can overtake our own record of the charge: Mercado Pago then knows the attempt as external reference.
        if (attempt is null && provider == PaymentAttempt.MercadoPago && objectId is not null)
        {
            attempt = await FindByReferenceAsync(objectId, cancellation);
        }

        if (attempt is null)
        {
            return null;
        }

        // The attempt is read again after the intent. The saga moves both in one transaction: an attempt read before it
        // and an intent read after it would look like late money, and a second saga would book beside the first.
        await using var again = await database.OpenAsync(cancellation);
        var intent = (await BookingIntents.FindAsync(again, attempt.BookingIntentId))!;
        return ((await PaymentAttempts.FindAsync(again, attempt.Id))!, intent);
    }

    private async Task<PaymentAttempt?> FindByReferenceAsync(string paymentId, CancellationToken cancellation)
    {
        var answer = await pix.GetPayment(paymentId, cancellation);
        if (answer is ProviderAnswer<PixPayment>.NotSent or ProviderAnswer<PixPayment>.Unknown)
        {
            throw new ProviderSilentException("Mercado Pago does not answer; the report is looked at again later");
        }

        if (!Guid.TryParse(answer.ValueOrNull?.ExternalReference, out var attemptId))
        {
            return null;
        }

        await using var connection = await database.OpenAsync(cancellation);
        return await PaymentAttempts.FindAsync(connection, attemptId);
    }
}

/// <summary>A provider did not answer a question that an event needs; the event is handed out again.</summary>
public sealed class ProviderSilentException(string message) : Exception(message);
