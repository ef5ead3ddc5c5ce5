using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace ReserveConnect.Providers;

/// <summary>
/// Runs the attempts of a call through the provider's pipeline, makes one of the four answers of them, measures it and
/// logs it. Bodies and keys are neither logged nor kept.
/// </summary>
/// <param name="provider">Its name in logs and metrics.</param>
/// <param name="pipelines">Time-out, circuit, retries.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where failures go.</param>
internal sealed class ProviderAttempts(string provider, ProviderPipelines pipelines, TimeProvider time, ILogger log)
{
    /// <summary>Makes the call. Throws only if <paramref name="ct"/> is cancelled: then the outcome is unknown too.</summary>
    /// <param name="operation">Its name in logs and metrics.</param>
    /// <param name="repeat">Whether it may be tried again when it failed.</param>
    /// <param name="timeout">How long an attempt may take; null: the provider's own time-out.</param>
    /// <param name="attempt">One attempt: gives an answer or throws <see cref="ProviderCallFailedException"/>.</param>
    /// <param name="ct">The caller leaves.</param>
    public async Task<ProviderAnswer<T>> Run<T>(
        string operation,
        ProviderRepeat repeat,
        TimeSpan? timeout,
        Func<CancellationToken, Task<ProviderAnswer<T>>> attempt,
        CancellationToken ct)
    {
        // A try whose outcome is unknown is not made undone by a later try that fails clearly.
        var maybeDone = false;
        var started = time.GetTimestamp();
        var context = ResilienceContextPool.Shared.Get(ct);
        ProviderAnswer<T> answer;
        try
        {
            if (timeout is { } own)
                context.Properties.Set(ProviderPipelines.Timeout, own);
            answer = await pipelines.For(repeat).ExecuteAsync(
                async current =>
                {
                    var before = maybeDone;
                    maybeDone = true;
                    try
                    {
                        var result = await attempt(current.CancellationToken);
                        maybeDone = before;
                        return result;
                    }
                    catch (ProviderCallFailedException failed)
                    {
                        maybeDone = before || failed.MaybeDone;
                        throw;
                    }
                },
                context);
        }
        catch (ProviderCallFailedException failed)
        {
            answer = new ProviderAnswer<T>.NotSent(failed.Message);
        }
        catch (TimeoutRejectedException) when (!maybeDone)
        {
            // The time of all tries ended between two that came to nothing.
            answer = new ProviderAnswer<T>.NotSent("no time left");
        }
        catch (TimeoutRejectedException)
        {
            answer = new ProviderAnswer<T>.Unknown("no answer in time");
        }
        catch (BrokenCircuitException)
        {
            answer = new ProviderAnswer<T>.NotSent("circuit open");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        answer = maybeDone ? Doubted(answer) : answer;
        Report(operation, answer, time.GetElapsedTime(started));
        return answer;
    }

    /// <summary>After a try that may have done it, only what the provider says about the operation itself counts.</summary>
    private static ProviderAnswer<T> Doubted<T>(ProviderAnswer<T> answer) => answer switch
    {
        ProviderAnswer<T>.NotSent last => new ProviderAnswer<T>.Unknown(last.Reason),
        ProviderAnswer<T>.Refused { Status: 401 or 403 } last => new ProviderAnswer<T>.Unknown($"status {last.Status} after a try without answer"),
        _ => answer,
    };

    private void Report<T>(string operation, ProviderAnswer<T> answer, TimeSpan took)
    {
        var (outcome, reason) = answer.Match(
            _ => ("done", ""),
            refused => ("refused", refused.Code),
            notSent => ("not_sent", notSent.Reason),
            unknown => ("unknown", unknown.Reason));
        ProviderMetrics.CallDuration.Record(
            took.TotalSeconds,
            new TagList { { "provider", provider }, { "operation", operation }, { "outcome", outcome } });
        var level = answer switch
        {
            ProviderAnswer<T>.Done => LogLevel.Debug,
            ProviderAnswer<T>.Refused => LogLevel.Information,
            _ => LogLevel.Warning,
        };
        log.Log(
            level,
            "{Provider} {Operation}: {Outcome} {Reason} in {Milliseconds} ms",
            provider,
            operation,
            outcome,
            reason,
            (long)took.TotalMilliseconds);
    }
}
