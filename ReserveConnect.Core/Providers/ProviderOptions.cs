using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Providers;

/// <summary>The bounds of every call to an external system. Each provider's section may set its own.</summary>
public abstract class ProviderOptions : IValidatableObject
{
    /// <summary>How long one try may take, from the first byte sent to the last byte read.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long all tries of a call may take together, the waits between them included; longer than <see cref="CallTimeout"/>, so that
    /// a try that is not answered counts for the circuit. A call with a time-out of its own has no other bound.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:10:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>How long a connection may take, TLS included. Shorter than <see cref="CallTimeout"/>, so that a
    /// provider that cannot be reached is known as not reached.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a pooled connection lives, so that a change in DNS is seen.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Connections at once; further calls wait for a free one within their time-out.</summary>
    [Range(1, 1000)]
    public int MaxConnections { get; set; } = 64;

    /// <summary>Bytes of an answer after decompression; a longer one counts as unreadable.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxResponseBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Tries after the first, only for calls that may be repeated; 0 for none.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 2;

    /// <summary>Median wait before the first retry; doubled for each further one, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait before a retry. A provider that asks for a longer one (<c>Retry-After</c>) is not retried here.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan RetryMaxDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Share of failed calls at which the circuit opens.</summary>
    [Range(0.01, 1.0)]
    public double CircuitFailureRatio { get; set; } = 0.5;

    /// <summary>Calls within <see cref="CircuitWindow"/> below which the circuit does not open.</summary>
    [Range(2, 10_000)]
    public int CircuitMinimumCalls { get; set; } = 10;

    /// <summary>The time over which failures are counted.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "01:00:00")]
    public TimeSpan CircuitWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the circuit stays open before one call is let through.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "01:00:00")]
    public TimeSpan CircuitBreak { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TotalTimeout <= CallTimeout)
            yield return new($"TotalTimeout ({TotalTimeout:c}) of {GetType().Name} has to be longer than CallTimeout ({CallTimeout:c})", [nameof(TotalTimeout)]);
    }

    /// <summary>The secrets of a setting that holds one, or several separated by commas while they are being changed.</summary>
    internal static IReadOnlyList<string> Secrets(string setting) =>
        setting.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
