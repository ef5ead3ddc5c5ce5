using System.Text.Json;
using ReserveConnect.Events;

namespace ReserveConnect.Payments;

/// <summary>Which dispute a stored report is about: the payload of <see cref="StripeReports.Disputed"/>.</summary>
public sealed record DisputeReport(string DisputeId);

/// <summary><c>charge.dispute.*</c>: a dispute was opened, moved or closed.</summary>
public sealed class DisputeReported(TakeDispute take) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [StripeReports.Disputed];

    public Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return take.RunAsync(stored.Payload.Deserialize<DisputeReport>(EventJson.Options)!.DisputeId, cancellation);
    }
}
