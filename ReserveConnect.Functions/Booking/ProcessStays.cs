using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Booking;

/// <summary><c>process_stays</c>: every hour, guests who did not come, who left, and stays that are completed.</summary>
public sealed class ProcessStays(StayWatch watch)
{
    /// <summary>Also its job's name, for whoever runs it by hand.</summary>
    public const string Name = "process_stays";

    [Function(Name)]
    [Access(Callers.Host)]
    public Task Run([TimerTrigger("5 0 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        watch.RunAsync(client, cancellation);
}
