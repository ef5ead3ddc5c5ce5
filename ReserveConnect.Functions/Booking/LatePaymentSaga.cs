using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ReserveConnect.Functions.Access;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Booking;

/// <summary>What the saga of late money starts with.</summary>
public sealed record LatePaymentInput(Guid AttemptId, Guid IntentId);

/// <summary>
/// Money that its intent no longer waits for (design section 6, step 7), and charges that could be neither closed nor asked
/// for. One per payment attempt, instance id = <c>late-{attempt}</c>.
/// </summary>
public static class LatePaymentSaga
{
    public static string InstanceId(Guid attemptId) => $"late-{attemptId}";

    [Function(nameof(LatePaymentSaga))]
    [Access(Callers.Host)]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<LatePaymentInput>() ?? throw new InvalidOperationException("the saga has no payment");
        while (true)
        {
            var step = await context.CallActivityAsync<PaymentStep>("take_late_payment", input.AttemptId, SagaSteps.Patiently);
            if (step.Next != NextStep.Wait)
            {
                return await SagaSteps.FinishAsync(context, input.IntentId, step);
            }

            await SagaSteps.WaitAsync(context, step.WakeAt!.Value);
        }
    }
}
