using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Functions.Documentation;

/// <summary>An answer of a function that did what it was asked, for the API's document. Refusals are in it without being named.</summary>
public abstract class AnswersAttribute(int status, string contentType, Type? body) : Attribute
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The media type.</summary>
    public string ContentType { get; } = contentType;

    /// <summary>What is written as JSON; null for anything else.</summary>
    public Type? Body { get; } = body;

    /// <summary>Whether anybody may keep it: it has an <c>ETag</c>, and who has it already gets 304.</summary>
    public bool IsCached { get; init; }
}

/// <summary>Says what a function answers as JSON; several with one status are alternatives.</summary>
/// <param name="status">The HTTP status.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AnswersAttribute<T>(int status = StatusCodes.Status200OK) : AnswersAttribute(status, "application/json", typeof(T));

/// <summary>Says that a function answers with no body.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AnswersNothingAttribute() : AnswersAttribute(StatusCodes.Status204NoContent, "", null);

/// <summary>Says that a function answers something other than JSON.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AnswersBytesAttribute(string contentType) : AnswersAttribute(StatusCodes.Status200OK, contentType, null);
