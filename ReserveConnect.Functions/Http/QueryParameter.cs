namespace ReserveConnect.Functions.Http;

/// <summary>What a query parameter holds.</summary>
public enum QueryKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>An id.</summary>
    Id,

    /// <summary>Texts separated by commas.</summary>
    Texts,

    /// <summary>One of the words.</summary>
    OneOf,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number with a fraction.</summary>
    Number,

    /// <summary>An amount of money.</summary>
    Money,

    /// <summary>A date, <c>YYYY-MM-DD</c>.</summary>
    Date,

    /// <summary>A month, <c>YYYY-MM</c>.</summary>
    Month,

    /// <summary>An instant, RFC 3339.</summary>
    Instant,

    /// <summary>Numbers separated by commas.</summary>
    Numbers,
}

/// <summary>A parameter as a <see cref="QueryReader"/> was asked for it.</summary>
/// <param name="About">A sentence on what its name does not say.</param>
/// <param name="Least">The least number, where there is one.</param>
/// <param name="Most">The greatest number, or how many there may be, or how long a text may be.</param>
/// <param name="Words">Those that it may be.</param>
public sealed record QueryParameter(
    string Name, QueryKind Kind, bool IsRequired = false, string? About = null, int? Least = null, int? Most = null, IReadOnlyList<string>? Words = null);
