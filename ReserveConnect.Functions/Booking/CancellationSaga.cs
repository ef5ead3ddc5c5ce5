using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Access;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Booking;

/// <summary>What the saga of a cancellation starts with.</summary>
/// <param name="Attempt">Of the Host, the next one.</param>
public sealed record CancellationSagaInput(Guid CancellationId, Guid IntentId, int Attempt = 1);

/// <summary>
/// A booking that is given up: the Host first, for its no ends the matter; then the money, which does not wait long for a Host
/// that is silent; then both until both are settled. One per cancellation, instance id = <c>cancel-{cancellation}</c>. Started
/// anew for one that is half way, it goes on from there.
/// </summary>
public static class CancellationSaga
{
    /// <summary>After so many waits for a refund it starts over with an empty journal: a provider's no may keep it for months.</summary>
    public const int WaitsPerRun = 24;

    public static string InstanceId(Guid cancellationId) => $"cancel-{cancellationId}";

    [Function(nameof(CancellationSaga))]
    [Access(Callers.Host)]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<CancellationSagaInput>() ?? throw new InvalidOperationException("the saga has no cancellation");
        var attempt = input.Attempt;
        var host = await AskHostAsync(context, input, attempt);
        while (host.MoneyWaits)
        {
            await context.CreateTimer(host.RetryAt!.Value.UtcDateTime, CancellationToken.None);
            host = await AskHostAsync(context, input, ++attempt);
        }

        if (host.Result == HostLetGo.Rejected)
        {
            return CancellationStatus.Rejected;
        }

        await context.CallActivityAsync("move_cancelled_money", input.CancellationId, SagaSteps.Patiently);
        for (var waits = 0; ; waits++)
        {
            var refund = await context.CallActivityAsync<PaymentStep>("refund_payment", input.IntentId, SagaSteps.Patiently);
            if (await context.CallActivityAsync<bool>("finish_cancellation", input.CancellationId, SagaSteps.Patiently))
            {
                return CancellationStatus.Done;
            }

            if (waits == WaitsPerRun)
            {
                context.ContinueAsNew(input with { Attempt = attempt + 1 });
                return CancellationStatus.Pending;
            }

            // A refund that is no longer tried is with a person, and ends one day all the same.
            await SagaSteps.WaitAsync(context, Earlier(host.RetryAt, refund.WakeAt) ?? context.CurrentUtcDateTime + CancelAtHost.SlowInterval);
            if (host.RetryAt <= context.CurrentUtcDateTime)
            {
                host = await AskHostAsync(context, input, ++attempt);
            }
        }
    }

    private static Task<HostLetGoStep> AskHostAsync(TaskOrchestrationContext context, CancellationSagaInput input, int attempt) =>
        context.CallActivityAsync<HostLetGoStep>("cancel_at_host", new CancelTry(input.CancellationId, attempt), SagaSteps.Patiently);

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}

/// <summary>A try to cancel at the Host.</summary>
public sealed record CancelTry(Guid CancellationId, int Attempt);
