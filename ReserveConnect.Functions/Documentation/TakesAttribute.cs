using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Documentation;

/// <summary>The body that a function reads, for the API's document.</summary>
public abstract class TakesAttribute(string contentType, Type? body) : Attribute
{
    /// <summary>The media type.</summary>
    public string ContentType { get; } = contentType;

    /// <summary>What the JSON is read into; null for bytes that somebody else describes.</summary>
    public Type? Body { get; } = body;

    /// <summary>Whether it may be left out, with <see cref="RequestBody.ReadOptionalAsync{T}"/>.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>Says that a function reads its body as JSON, with <see cref="RequestBody.ReadAsync{T}"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TakesAttribute<T>() : TakesAttribute("application/json", typeof(T))
    where T : class;

/// <summary>Says that a function reads its body as it comes, with <see cref="RequestBody.ReadBytesAsync"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TakesBytesAttribute(string contentType) : TakesAttribute(contentType, null);
