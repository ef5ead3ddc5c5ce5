using System.Text.Json;
using ReserveConnect.Events;

namespace ReserveConnect.Payments;

/// <summary><c>charge.dispute.*</c>: a dispute was opened, moved or closed.</summary>
public sealed class DisputeReported(TakeDispute take) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.Disputed];

    public Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return take.RunAsync(stored.Payload.Deserialize<StripeReport>(EventJson.Options)!.ObjectId, cancellation);
    }
}
