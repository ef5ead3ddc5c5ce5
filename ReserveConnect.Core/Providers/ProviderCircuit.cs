using Polly.CircuitBreaker;

namespace ReserveConnect.Providers;

/// <summary>Where a provider's circuit breaker stands.</summary>
public enum ProviderCircuitState
{
    /// <summary>Calls go through.</summary>
    Closed,

    /// <summary>Too many calls failed: calls are answered <c>NotSent</c> without being tried.</summary>
    Open,

    /// <summary>One call is let through to see whether the provider is back.</summary>
    HalfOpen,
}

/// <summary>The circuit breaker of one provider, as <c>health_check</c> shows it. There is one per provider and process.</summary>
/// <param name="name">The provider: <c>stripe</c>, <c>mercado_pago</c>, <c>host_connect</c>, <c>sendgrid</c>.</param>
public sealed class ProviderCircuit(string name)
{
    /// <summary>The name of the Host's.</summary>
    public const string HostConnect = "host_connect";

    /// <summary>The provider: <c>stripe</c>, <c>mercado_pago</c>, <c>host_connect</c>, <c>sendgrid</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The state now.</summary>
    public ProviderCircuitState State => Breaker.CircuitState switch
    {
        CircuitState.Closed => ProviderCircuitState.Closed,
        CircuitState.HalfOpen => ProviderCircuitState.HalfOpen,
        _ => ProviderCircuitState.Open,
    };

    internal CircuitBreakerStateProvider Breaker { get; } = new();
}
