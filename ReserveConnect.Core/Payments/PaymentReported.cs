using System.Text.Json;
using Microsoft.Extensions.Logging;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;

namespace ReserveConnect.Payments;

/// <summary>
/// Mercado Pago has reported something about a charge: wakes the saga that waits for it, or starts the one for late money.
/// What happened is not taken from the report; the saga asks the provider.
/// </summary>
public sealed class PaymentReported(
    ReserveDatabase database, ReportedCharges charges, MercadoPagoClient pix, ILogger<PaymentReported> log) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [Webhooks.Reported];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        var (provider, objectId, attemptId) = stored.Payload.Deserialize<PaymentReport>(EventJson.Options)!;
        var attempt = await charges.FindAsync(provider, objectId, attemptId, cancellation);
        // A report can overtake our own record of the charge: Mercado Pago then knows the attempt as external reference.
        if (attempt is null && provider == PaymentAttempt.MercadoPago && objectId is not null)
        {
            attempt = await FindByReferenceAsync(objectId, cancellation);
        }

        if (attempt is null)
        {
            log.LogWarning("{Provider} reported on {ObjectId}, which is no payment of ours", provider, objectId);
            return;
        }

        await charges.HandOnMoneyAsync(await charges.WithIntentAsync(attempt, cancellation), cancellation);
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
