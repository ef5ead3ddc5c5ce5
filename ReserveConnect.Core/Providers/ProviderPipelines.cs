using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace ReserveConnect.Providers;

/// <summary>The time-outs, the one circuit breaker and the retries of a provider.</summary>
internal sealed class ProviderPipelines
{
    /// <summary>Set by a call whose time-out is its own.</summary>
    public static readonly ResiliencePropertyKey<TimeSpan> Timeout = new("timeout");

    private readonly ResiliencePipeline _once;
    private readonly ResiliencePipeline _repeated;

    public ProviderPipelines(ProviderCircuit circuit, ProviderOptions options, TimeProvider time)
    {
        _once = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = options.CircuitFailureRatio,
                MinimumThroughput = options.CircuitMinimumCalls,
                SamplingDuration = options.CircuitWindow,
                BreakDuration = options.CircuitBreak,
                StateProvider = circuit.Breaker,
                ShouldHandle = new PredicateBuilder()
                    .Handle<ProviderCallFailedException>(failed => !failed.RateLimited)
                    .Handle<TimeoutRejectedException>(),
            })
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = arguments =>
                    ValueTask.FromResult(arguments.Context.Properties.GetValue(Timeout, options.CallTimeout)),
            })
            .Build();
        _repeated = options.Retries == 0
            ? _once
            : new ResiliencePipelineBuilder { TimeProvider = time }
                .AddTimeout(new TimeoutStrategyOptions
                {
                    // None for a call whose time-out is its own: nobody waits for that one.
                    TimeoutGenerator = arguments => ValueTask.FromResult(
                        arguments.Context.Properties.TryGetValue(Timeout, out _) ? System.Threading.Timeout.InfiniteTimeSpan : options.TotalTimeout),
                })
                .AddRetry(new RetryStrategyOptions
                {
                    MaxRetryAttempts = options.Retries,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = options.RetryDelay,
                    MaxDelay = options.RetryMaxDelay,
                    DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Exception)),
                    ShouldHandle = new PredicateBuilder()
                        .Handle<ProviderCallFailedException>(failed => !(failed.RetryAfter > options.RetryMaxDelay))
                        .Handle<TimeoutRejectedException>(),
                })
                .AddPipeline(_once)
                .Build();
    }

    /// <summary>The pipeline for a call that may or may not be repeated.</summary>
    public ResiliencePipeline For(ProviderRepeat repeat) => repeat == ProviderRepeat.WhenFailed ? _repeated : _once;

    private static TimeSpan? RetryAfter(Exception? failure) => (failure as ProviderCallFailedException)?.RetryAfter;
}
