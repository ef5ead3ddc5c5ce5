using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Finance.Payouts;
using ReserveConnect.Support;

namespace ReserveConnect.Functions.Booking;

/// <summary>
/// The safety net under the sagas. An intent or a cancellation that nothing has in hand gets its saga (again); one whose time is over is woken.
/// </summary>
public sealed class IntentWatch(OverdueIntents overdue, OverdueCancellations cancellations, BookingSagas sagas, PayoutSagas payouts, ResolveException exceptions, TimeProvider clock, ILogger<IntentWatch> log)
{
    /// <summary>Looks after every unattended intent; one that cannot be looked after does not stop the others.</summary>
    public async Task RunAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        sagas.Through(client);
        payouts.Through(client);
        foreach (var intent in await overdue.ReadAsync(cancellation))
        {
            try
            {
                await AttendAsync(intent, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Intent {IntentId} could not be looked after", intent.Id);
            }
        }

        foreach (var id in await cancellations.ReadAsync(cancellation))
        {
            try
            {
                await AttendAsync(id, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Cancellation {CancellationId} could not be looked after", id);
            }
        }

        await exceptions.ActAgainAsync(cancellation);
    }

    private async Task AttendAsync(Guid cancellationId, CancellationToken cancellation)
    {
        if (!await sagas.IsCancelledBySagaAsync(cancellationId, cancellation))
        {
            log.LogWarning("Cancellation {CancellationId} is pending and has no saga; starting it", cancellationId);
            await sagas.CancelAsync(cancellationId, cancellation);
        }
    }

    private async Task AttendAsync(UnattendedIntent intent, CancellationToken cancellation)
    {
        var isAttended = await sagas.IsAttendedAsync(intent.Id, cancellation);
        if (!isAttended)
        {
            log.LogWarning("Intent {IntentId} is {Status} and has no saga; starting it", intent.Id, intent.Status);
            await sagas.EnsureStartedAsync(intent.Id, intent.ExpiresAt, cancellation);
        }

        // What waits for an agent or a provider is not waited for faster by being woken.
        if (!isAttended || (BookingIntentStatus.AwaitsMoney(intent.Status) && intent.ExpiresAt < clock.GetUtcNow()))
        {
            await sagas.WakeAsync(intent.Id, cancellation);
        }
    }
}
