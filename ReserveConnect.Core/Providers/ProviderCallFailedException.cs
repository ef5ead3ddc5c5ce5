namespace ReserveConnect.Providers;

/// <summary>One try of a call that gave no answer. It carries the try through the resilience pipeline and never leaves
/// <see cref="ProviderAttempts"/>.</summary>
internal sealed class ProviderCallFailedException(string reason, bool maybeDone, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>False: the provider certainly did nothing.</summary>
    public bool MaybeDone { get; } = maybeDone;

    /// <summary>True: the provider is well and only asks to be called less often.</summary>
    public bool RateLimited { get; init; }

    /// <summary>How long the provider asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
