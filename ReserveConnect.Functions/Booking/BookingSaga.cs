using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ReserveConnect.Functions.Access;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Booking;

/// <summary>What the saga of an intent starts with.</summary>
/// <param name="ExpiresAt">UTC instant at which the hold runs out, as it was when the hold was taken.</param>
public sealed record BookingSagaInput(Guid IntentId, DateTimeOffset ExpiresAt);

/// <summary>
/// The booking saga (design section 6), one per intent, instance id = intent id. An external event only wakes it; after
/// every wait the rows are read again, and they decide. Started anew for an intent that is half way, it goes on from there.
/// </summary>
public static class BookingSaga
{
    /// <summary>Says: look at the rows again.</summary>
    public const string Wake = "wake";

    [Function(nameof(BookingSaga))]
    [Access(Callers.Host)]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<BookingSagaInput>() ?? throw new InvalidOperationException("the saga has no intent");
        var step = new PaymentStep(NextStep.Wait, input.ExpiresAt);
        while (step.Next == NextStep.Wait)
        {
            await SagaSteps.WaitAsync(context, step.WakeAt!.Value);
            step = await context.CallActivityAsync<PaymentStep>("review_payment", input.IntentId, SagaSteps.Patiently);
        }

        return await SagaSteps.FinishAsync(context, input.IntentId, step);
    }
}
