namespace ReserveConnect;

/// <summary>What kind of no it is; the functions map it to an HTTP status.</summary>
public enum RefusalKind
{
    /// <summary>The request is malformed (400).</summary>
    Malformed,

    /// <summary>Nobody, or nobody known, asks (401).</summary>
    Unauthenticated,

    /// <summary>Somebody known, to whom this is not open (403).</summary>
    Forbidden,

    /// <summary>The thing asked for does not exist, or not for this caller (404).</summary>
    NotFound,

    /// <summary>The state of things does not allow it (409).</summary>
    Conflict,

    /// <summary>The request took too long to arrive (408).</summary>
    TooSlow,

    /// <summary>The body is longer than allowed (413).</summary>
    TooLarge,

    /// <summary>The body is of another type than this request takes (415).</summary>
    WrongMediaType,

    /// <summary>Well-formed, but breaks a rule (422).</summary>
    Unprocessable,

    /// <summary>This caller asks more often, or holds more, than one may (429).</summary>
    TooMany,

    /// <summary>A system that is needed does not answer; trying again later may help (503).</summary>
    Unavailable,
}

/// <summary>One bad field of a request.</summary>
/// <param name="Field">Name as sent, snake_case.</param>
/// <param name="Code">Stable machine-readable reason.</param>
/// <param name="Detail">A sentence for a person.</param>
public sealed record FieldError(string Field, string Code, string Detail);

/// <summary>An expected no, with a stable code and a sentence that is safe to show (design section 7).</summary>
public sealed record Refusal(RefusalKind Kind, string Code, string Detail)
{
    /// <summary>One entry per bad field.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>Further members of the problem document, for example alternatives to an unavailable stay.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }

    /// <summary>When trying again may help; null where nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static Refusal Unauthenticated(string code, string detail) => new(RefusalKind.Unauthenticated, code, detail);

    public static Refusal Malformed(string code, string detail, params FieldError[] errors) =>
        new(RefusalKind.Malformed, code, detail) { Errors = errors };

    public static Refusal NotFound(string code, string detail) => new(RefusalKind.NotFound, code, detail);

    public static Refusal Conflict(string code, string detail) => new(RefusalKind.Conflict, code, detail);

    public static Refusal Unprocessable(string code, string detail, params FieldError[] errors) =>
        new(RefusalKind.Unprocessable, code, detail) { Errors = errors };

    public static Refusal TooMany(string code, string detail, TimeSpan retryAfter) =>
        new(RefusalKind.TooMany, code, detail) { RetryAfter = retryAfter };

    public static Refusal Unavailable(string code, string detail) => new(RefusalKind.Unavailable, code, detail);
}
