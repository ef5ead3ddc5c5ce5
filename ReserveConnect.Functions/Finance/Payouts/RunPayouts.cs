using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;
using ReserveConnect.Functions.Inventory;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>
/// <c>run_payouts</c>: every day at 06:00 in America/Sao_Paulo, whatever schedule runs on it: on Mondays the weekly one. An
/// orchestration that fans out over the properties; each payout then has a saga of its own.
/// </summary>
public sealed class RunPayouts
{
    /// <summary>Also its job's name, for whoever runs it by hand.</summary>
    public const string Name = "run_payouts";

    /// <summary>The one instance; never two at once.</summary>
    public const string InstanceId = "run-payouts";

    private const string Orchestration = "run_payouts_all";

    // Whatever passes has had its time with the whole chunk.
    private static readonly TaskOptions Briefly = TaskOptions.FromRetryPolicy(new RetryPolicy(maxNumberOfAttempts: 2, firstRetryInterval: TimeSpan.FromSeconds(1)));

    // 06:00 there, which has no summer time.
    [Function(Name)]
    [Access(Callers.Host)]
    public Task Run([TimerTrigger("0 0 9 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        EnsureAsync(client, cancellation);

    [Function(Orchestration)]
    [Access(Callers.Host)]
    public static async Task<int> RunAll([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var all = 0;
        foreach (var due in await context.CallActivityAsync<List<DuePayouts>>(PayoutActivities.Open, true, SagaSteps.Patiently))
        {
            all += await RunOneAsync(context, due);
        }

        return all;
    }

    /// <summary>Starts a run unless one is under way.</summary>
    internal static Task<string> EnsureAsync(DurableTaskClient client, CancellationToken cancellation) =>
        HostSyncStarter.EnsureAsync(client, Orchestration, true, InstanceId, cancellation);

    private static async Task<int> RunOneAsync(TaskOrchestrationContext context, DuePayouts due)
    {
        var (made, left) = (0, 0);
        for (Guid? after = null; ;)
        {
            var chunks = await context.CallActivityAsync<List<List<Guid>>>(PayoutActivities.Properties, new PayoutPageOf(due.Schedule, after), SagaSteps.Patiently);
            if (chunks.Count == 0)
            {
                if (left == 0)
                {
                    await context.CallActivityAsync(PayoutActivities.Finish, due, SagaSteps.Patiently);
                }

                return made;
            }

            foreach (var chunk in await Task.WhenAll(chunks.Select(chunk => CalculateAsync(context, due, chunk, SagaSteps.Patiently))))
            {
                (made, left) = (made + chunk.Made, left + chunk.Left);
            }

            after = chunks[^1][^1];
        }
    }

    // One that cannot be calculated does not keep the others from being paid: it is looked for by halves, a person is told, and the run
    // is made again the next day.
    private static async Task<(int Made, int Left)> CalculateAsync(TaskOrchestrationContext context, DuePayouts due, IReadOnlyList<Guid> properties, TaskOptions patience)
    {
        try
        {
            return (await context.CallActivityAsync<int>(PayoutActivities.Calculate, new PayoutChunk(due, properties), patience), 0);
        }
        catch (TaskFailedException) when (properties.Count > 1)
        {
            var half = properties.Count / 2;
            var first = await CalculateAsync(context, due, [.. properties.Take(half)], Briefly);
            var second = await CalculateAsync(context, due, [.. properties.Skip(half)], Briefly);
            return (first.Made + second.Made, first.Left + second.Left);
        }
        catch (TaskFailedException)
        {
            await context.CallActivityAsync(PayoutActivities.TellOfUncalculated, new PayoutChunk(due, properties), SagaSteps.Patiently);
            return (0, 1);
        }
    }
}
