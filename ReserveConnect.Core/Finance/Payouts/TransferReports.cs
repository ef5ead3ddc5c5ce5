using System.Text.Json;
using ReserveConnect.Events;
using ReserveConnect.Payments;

namespace ReserveConnect.Finance.Payouts;

/// <summary><c>transfer.reversed</c>, <c>transfer.updated</c>: something became of a transfer at Stripe. It is fetched again.</summary>
public sealed class StripeTransferReported(TakePayoutReturn take, IPayoutSagas sagas) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.Transferred];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var report = stored.Payload.Deserialize<StripeReport>(EventJson.Options)!;
        if (await take.RunAsync(PayoutMethod.Stripe, report.ObjectId, cancellation) is { } payoutId)
        {
            await sagas.AttendAsync(payoutId, cancellation);
        }
    }
}

/// <summary>A notification of Mercado Pago about a PIX that we sent. It is fetched again.</summary>
public sealed class PixTransferReported(TakePayoutReturn take, IPayoutSagas sagas) : IEventHandler
{
    /// <summary>The event type of the outbox under which such a notification is processed.</summary>
    public const string Reported = "payout.reported";

    public IReadOnlyCollection<string> EventTypes { get; } = [Reported];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var report = stored.Payload.Deserialize<PaymentReport>(EventJson.Options)!;
        if (report.ObjectId is { } transferId && await take.RunAsync(PayoutMethod.Pix, transferId, cancellation) is { } payoutId)
        {
            await sagas.AttendAsync(payoutId, cancellation);
        }
    }
}
