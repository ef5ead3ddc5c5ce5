using Microsoft.DurableTask;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Tries a call again as its options say. Runs as orchestrator code: waits are durable timers.</summary>
internal static class RetryLoop
{
    public static Task<T> RunAsync<T>(TaskOrchestrationContext context, TaskRetryOptions? retry, Func<Task<T>> call) => retry switch
    {
        { Policy: { } policy } => ByPolicyAsync(context, policy, call),
        { Handler: { } handler } => ByHandlerAsync(context, handler, call),
        _ => call(),
    };

    /// <summary>The wait before the attempt after this one (from 1); null: no more attempts.</summary>
    internal static TimeSpan? Delay(RetryPolicy policy, int attempt, TimeSpan sinceFirst)
    {
        if (attempt >= policy.MaxNumberOfAttempts)
            return null;

        if (policy.RetryTimeout != Timeout.InfiniteTimeSpan && sinceFirst >= policy.RetryTimeout)
            return null;

        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        var longest = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : policy.MaxRetryInterval;
        return milliseconds < longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : longest;
    }

    private static async Task<T> ByPolicyAsync<T>(TaskOrchestrationContext context, RetryPolicy policy, Func<Task<T>> call)
    {
        var begun = context.CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException failed) when (!Failures.IsFinal(failed.FailureDetails))
            {
                if (!policy.Handles(failed.FailureDetails)
                    || Delay(policy, attempt, context.CurrentUtcDateTime - begun) is not { } delay)
                    throw;

                await context.CreateTimer(delay, CancellationToken.None);
            }
        }
    }

    private static async Task<T> ByHandlerAsync<T>(TaskOrchestrationContext context, AsyncRetryHandler handler, Func<Task<T>> call)
    {
        var begun = context.CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException failed) when (!Failures.IsFinal(failed.FailureDetails))
            {
                var facts = new RetryContext(
                    context, attempt, failed.FailureDetails, context.CurrentUtcDateTime - begun, CancellationToken.None);
                if (!await handler(facts))
                    throw;
            }
        }
    }
}
