using ReserveConnect.Events;

namespace ReserveConnect.Payments;

/// <summary><c>charge.updated</c>: the fee of a charge became known after its money was taken in.</summary>
public sealed class FeeReported(ReportedCharges charges, TakeFee fees) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.FeeKnown];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        if (await charges.OfAsync(stored, cancellation) is { Attempt.Status: PaymentAttemptStatus.Succeeded or PaymentAttemptStatus.Refunded } charge)
        {
            await fees.RunAsync(charge, cancellation);
        }
    }
}
