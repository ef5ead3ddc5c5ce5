using System.Text.Json;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Payments;

/// <summary><c>charge.dispute.*</c>: a dispute was opened, moved or closed.</summary>
public sealed class DisputeReported(TakeDispute take) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.Disputed];

    public Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return take.CardAsync(stored.Payload.Deserialize<StripeReport>(EventJson.Options)!.ObjectId, cancellation);
    }
}

/// <summary>Mercado Pago reports payments: one whose money came in before may be disputed since, or no longer be.</summary>
public sealed class PixDisputeReported(ReserveDatabase database, TakeDispute take) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [Webhooks.Reported];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var report = stored.Payload.Deserialize<PaymentReport>(EventJson.Options)!;
        if (report is not { Provider: PaymentAttempt.MercadoPago, ObjectId: { } paymentId })
        {
            return;
        }

        PaymentAttempt? attempt;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            attempt = await PaymentAttempts.FindByProviderIdAsync(connection, report.Provider, paymentId);
        }

        if (attempt is { Status: PaymentAttemptStatus.Succeeded or PaymentAttemptStatus.Refunded })
        {
            await take.PixAsync(attempt.Id, cancellation);
        }
    }
}
