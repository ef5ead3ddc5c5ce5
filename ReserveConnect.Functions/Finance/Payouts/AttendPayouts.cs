using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary><c>attend_payouts</c>: every minute, the safety net under the sagas of payouts: one that has none gets it (again).</summary>
public sealed class AttendPayouts(PayoutRuns runs, PayoutSagas sagas, ILogger<AttendPayouts> log)
{
    /// <summary>Also its job's name, for whoever runs it by hand.</summary>
    public const string Name = "attend_payouts";

    [Function(Name)]
    [Access(Callers.Host)]
    public Task Run([TimerTrigger("40 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        RunAsync(client, cancellation);

    /// <summary>Looks after every payout that is overdue; one that cannot be looked after does not stop the others.</summary>
    internal async Task RunAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        sagas.Through(client);
        foreach (var payoutId in await runs.OverdueAsync(cancellation))
        {
            try
            {
                if (!await sagas.IsAttendedAsync(payoutId, cancellation))
                {
                    log.LogWarning("Payout {PayoutId} is under way and has no saga; starting it", payoutId);
                    await sagas.AttendAsync(payoutId, cancellation);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Payout {PayoutId} could not be looked after", payoutId);
            }
        }
    }
}
