using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using ReserveConnect.Idempotency;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// An answer in the JSON of this API, written without content negotiation. Nothing of the object itself is JSON: a host may
/// keep what a function returned, and the answer, with a client secret in it, is none of its business.
/// </summary>
/// <param name="value">What to write; null writes no body.</param>
/// <param name="status">The HTTP status.</param>
public sealed class JsonAnswer(object? value, int status = StatusCodes.Status200OK) : IActionResult
{
    /// <summary>The body before it is written.</summary>
    [JsonIgnore]
    public object? Value => value;

    /// <summary>The HTTP status.</summary>
    [JsonIgnore]
    public int Status => status;

    /// <summary>The media type.</summary>
    [JsonIgnore]
    public string ContentType { get; init; } = "application/json; charset=utf-8";

    /// <summary>
    /// Anybody may keep the answer this long; it then carries an <c>ETag</c>, and a client that has it gets 304.
    /// Null: nobody keeps it.
    /// </summary>
    [JsonIgnore]
    public TimeSpan? CacheFor { get; init; }

    /// <summary>How the value is written: as everything, or by something quicker that comes to the same.</summary>
    [JsonIgnore]
    public JsonSerializerOptions Writing { get; init; } = ApiJson.Options;

    /// <summary>Where the thing that was made can be read.</summary>
    [JsonIgnore]
    public string? Location { get; init; }

    /// <summary>How long the client is to wait before it tries again; sent in whole seconds, at least one.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The answer as it is kept to be given again; what only the moment of it decides, as how long to wait, is left out.</summary>
    internal KeptAnswer Kept() => new(
        status, value is null ? null : ContentType, Location, value is null ? [] : JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Writing));

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var response = context.HttpContext.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (value is null)
        {
            return;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Writing);
        if (CacheFor is { } time
            && EntityTag.IsKnown(context.HttpContext, EntityTag.Of(body), string.Create(CultureInfo.InvariantCulture, $"public, max-age={(int)time.TotalSeconds}")))
        {
            return;
        }

        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.HttpContext.RequestAborted);
    }
}
