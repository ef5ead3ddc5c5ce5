using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Functions.Limiting;

/// <summary>
/// Section <c>Reserve:Limits</c>: what one client, and one account, may ask of one process. Several instances each have
/// their own count: behind n of them a client that is spread evenly may ask n times as much.
/// </summary>
public sealed class LimitOptions : IValidatableObject
{
    public const string Section = "Reserve:Limits";

    /// <inheritdoc cref="LimitClass.General"/>
    public Allowance General { get; set; } = new() { PerMinute = 900, Burst = 300 };

    /// <inheritdoc cref="LimitClass.Search"/>
    public Allowance Search { get; set; } = new() { PerMinute = 240, Burst = 60 };

    /// <inheritdoc cref="LimitClass.Feeds"/>
    public Allowance Feeds { get; set; } = new() { PerMinute = 600, Burst = 300 };

    /// <inheritdoc cref="LimitClass.Intents"/>
    public Allowance Intents { get; set; } = new() { PerMinute = 30, Burst = 15 };

    /// <inheritdoc cref="LimitClass.Login"/>
    public Allowance Login { get; set; } = new() { PerMinute = 10, Burst = 10 };

    /// <inheritdoc cref="LimitClass.Access"/>
    public Allowance Access { get; set; } = new() { PerMinute = 6, Burst = 10 };

    /// <inheritdoc cref="LimitClass.System"/>
    public Allowance System { get; set; } = new() { PerMinute = 6_000, Burst = 1_000 };

    /// <summary>
    /// A client over IPv6 is a network of 64 bits; all of them in one network of 48 bits, which one subscriber may have, together
    /// have so many times the allowance of one.
    /// </summary>
    [Range(1, 256)]
    public int SiteFactor { get; set; } = 8;

    /// <summary>Clients and accounts counted at once; beyond, those not heard of for longest start afresh.</summary>
    [Range(1_000, 10_000_000)]
    public int MaxTracked { get; set; } = 100_000;

    /// <summary>How long a request may take from its first byte: then its function's token is cancelled.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that all request bodies together may keep in memory; each part of it (<see cref="Http.BodyMemory"/>) has room for one body.</summary>
    [Range(Http.BodyMemory.SystemShare * Http.RequestBody.MostBytes, int.MaxValue)]
    public int BodyMemoryBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>The allowance of a class.</summary>
    public Allowance Of(LimitClass limit) => limit switch
    {
        LimitClass.General => General,
        LimitClass.Search => Search,
        LimitClass.Feeds => Feeds,
        LimitClass.Intents => Intents,
        LimitClass.Login => Login,
        LimitClass.Access => Access,
        LimitClass.System => System,
        _ => throw new ArgumentOutOfRangeException(nameof(limit), limit, "a class without an allowance"),
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from limit in Enum.GetValues<LimitClass>()
        where Of(limit) is not { PerMinute: >= 1 and <= Allowance.Most, Burst: >= 1 and <= Allowance.Most }
        select new ValidationResult($"Reserve:Limits:{limit} wants PerMinute and Burst from 1 to {Allowance.Most}", [limit.ToString()]);
}

/// <summary>A token bucket: so many at once, and so many a minute from then on.</summary>
public sealed class Allowance
{
    /// <summary>The largest figure: as good as none.</summary>
    public const int Most = 1_000_000;

    /// <summary>Requests a minute in the long run.</summary>
    public int PerMinute { get; set; }

    /// <summary>Requests at once after a rest.</summary>
    public int Burst { get; set; }

    /// <summary>So many clients' allowance.</summary>
    internal Allowance Times(int factor) => new() { PerMinute = PerMinute * factor, Burst = Burst * factor };

    /// <summary>How long an empty bucket takes to be full.</summary>
    internal TimeSpan RefillTime => Interval * Burst;

    /// <summary>From one token to the next.</summary>
    internal TimeSpan Interval => TimeSpan.FromTicks(TimeSpan.TicksPerMinute / PerMinute);
}
