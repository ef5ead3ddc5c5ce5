using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Functions.Http;

/// <summary>Reads a JSON body into a record, or says exactly why not.</summary>
public static class RequestBody
{
    /// <summary>Longest body in bytes (design section 7).</summary>
    public const int MostBytes = 1024 * 1024;

    private const int PieceBytes = 16 * 1024;

    private static readonly object BeingRead = new();

    private static readonly JsonDocumentOptions Syntax = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>
    /// The body as <typeparamref name="T"/>. Refusals: <c>unsupported_media_type</c> (415), <c>body_too_large</c> (413),
    /// <c>malformed_json</c>, <c>unknown_field</c>, <c>required</c>, <c>invalid_value</c> (400), <c>price_not_accepted</c> (422).
    /// </summary>
    public static async Task<Outcome<T>> ReadAsync<T>(HttpRequest request, CancellationToken ct)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.HasJsonContentType())
        {
            return new Refusal(RefusalKind.WrongMediaType, "unsupported_media_type", "Send the body as application/json.");
        }

        return await ReadBytesAsync(request, ct) is { } body ? Parse<T>(body) : TooLarge();
    }

    /// <summary>The raw body, for signatures that are made over bytes; null when it is longer than allowed.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.ContentLength > MostBytes)
        {
            return null;
        }

        var (http, buffer) = (request.HttpContext, new ArrayBufferWriter<byte>());
        var memory = http.RequestServices?.GetService<BodyMemory>();
        http.Items[BeingRead] = true;
        while (true)
        {
            // Nothing is taken for bytes that were announced: only for those that have come.
            _ = await request.Body.ReadAsync(Memory<byte>.Empty, ct);
            var room = buffer.FreeCapacity;
            var piece = buffer.GetMemory((int)Math.Clamp((request.ContentLength ?? PieceBytes) + 1 - buffer.WrittenCount, 1, PieceBytes));
            if (buffer.FreeCapacity > room)
            {
                memory?.Take(http, buffer.FreeCapacity - room);
            }

            var read = await request.Body.ReadAsync(piece, ct);
            if (read == 0)
            {
                http.Items.Remove(BeingRead);
                return buffer.WrittenMemory;
            }

            if (buffer.WrittenCount + read > MostBytes)
            {
                return null;
            }

            buffer.Advance(read);
        }
    }

    /// <summary>Whether a request's body is still on the way to whoever began to read it.</summary>
    internal static bool IsBeingRead(HttpContext context) => context.Items.ContainsKey(BeingRead);

    /// <summary>The refusal of a body for which <see cref="ReadBytesAsync"/> gave null.</summary>
    public static Refusal TooLarge() =>
        new(RefusalKind.TooLarge, "body_too_large", $"A body has at most {MostBytes} bytes.");

    /// <summary>The refusal of a body that came too slowly, or not at all.</summary>
    public static Refusal TooSlow() => new(RefusalKind.TooSlow, "body_too_slow", "The body took too long to arrive.");

    private static Outcome<T> Parse<T>(ReadOnlyMemory<byte> body)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body, Syntax);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Refusal.Malformed("malformed_json", "The body must be a JSON object.");
            }

            if (RequestShape.Check(document.RootElement, typeof(T)) is { } refusal)
            {
                return refusal;
            }

            return document.RootElement.Deserialize<T>(ApiJson.Requests)!;
        }
        catch (JsonException e) when (e.Path is { Length: > 2 } path)
        {
            var field = path[2..];
            return Refusal.Malformed(
                "invalid_value",
                "A field has a value of the wrong type or format.",
                new FieldError(field, "invalid_value", "Wrong type or format."));
        }
        catch (JsonException)
        {
            return Refusal.Malformed("malformed_json", "The body is no well-formed JSON.");
        }
    }
}
