using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using ReserveConnect.Booking;

namespace ReserveConnect.Functions.Booking;

/// <summary>
/// <c>expire_intents</c>: the safety net under the sagas, every minute. An intent that nothing has in hand gets its saga
/// (again); one whose time is over is woken.
/// </summary>
public sealed class ExpireIntents(OverdueIntents overdue, BookingSagas sagas, TimeProvider clock, ILogger<ExpireIntents> log)
{
    [Function("expire_intents")]
    public async Task Run([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellation)
    {
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
    }

    private async Task AttendAsync(UnattendedIntent intent, CancellationToken cancellation)
    {
        var isAttended = await sagas.IsAttendedAsync(intent.Id, cancellation);
        if (!isAttended)
        {
            log.LogWarning("Intent {IntentId} is {Status} and has no saga; starting it", intent.Id, intent.Status);
            await sagas.EnsureStartedAsync(intent.Id, intent.ExpiresAt, cancellation);
        }

        if (!isAttended || intent.ExpiresAt < clock.GetUtcNow())
        {
            await sagas.WakeAsync(intent.Id, cancellation);
        }
    }
}
