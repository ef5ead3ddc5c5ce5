using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>
/// A payout from its calculation to its receipt: the approval, where it is large, with its reminder and its time-out; the transfer; what
/// became of it. One per payout, instance id = <c>payout-{payout}</c>. What is raised only wakes it: the row decides, and a saga
/// that is started anew goes on from there.
/// </summary>
public static class PayoutSaga
{
    /// <summary>After so many waits it starts over with an empty journal.</summary>
    public const int WaitsPerRun = 24;

    public static string InstanceId(Guid payoutId) => $"payout-{payoutId}";

    [Function(nameof(PayoutSaga))]
    [Access(Callers.Host)]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var payoutId = context.GetInput<Guid>();
        for (var waits = 0; ; waits++)
        {
            var step = await context.CallActivityAsync<PayoutStep>(PayoutActivities.Move, payoutId, SagaSteps.Patiently);
            if (step.WakeAt is not { } wakeAt)
            {
                return step.Status;
            }

            if (waits == WaitsPerRun)
            {
                context.ContinueAsNew(payoutId);
                return step.Status;
            }

            await SagaSteps.WaitAsync(context, wakeAt);
        }
    }
}
