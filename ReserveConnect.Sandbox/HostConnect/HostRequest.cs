using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>Reading of requests to the Host: the first thing found wrong stands in <see cref="Problem"/>.</summary>
internal sealed class HostRequest(HttpContext context)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;
    private const int MaxKey = 255;

    /// <summary>What is wrong, null if nothing so far.</summary>
    public HostProblem? Problem { get; private set; }

    /// <summary>A part of the path.</summary>
    public string Route(string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>An id in the path; unknown if it is no UUID.</summary>
    public Guid RouteId(string name) => Guid.TryParse(Route(name), out var id) ? id : Guid.Empty;

    /// <summary>An id to keep to, null if not given.</summary>
    public Guid? Only(string name)
    {
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        if (Guid.TryParseExact(text, "D", out var id))
            return id;
        Problem ??= HostProblem.Invalid($"'{name}' is no UUID.");
        return null;
    }

    /// <summary>Items per page.</summary>
    public int Limit() => (int)(Number("limit", 1, MaxLimit) ?? DefaultLimit);

    /// <summary>A version to start after, null if not given.</summary>
    public long? Since(string name) => Number(name, 0, long.MaxValue);

    /// <summary>A day, null if not given.</summary>
    public DateOnly? Date(string name)
    {
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        Problem ??= HostProblem.Invalid($"'{name}' is no date (YYYY-MM-DD).");
        return null;
    }

    /// <summary>Where to go on: the version noted on the first page, and the place in the list.</summary>
    public (long Version, int Index)? Cursor()
    {
        var text = context.Request.Query["cursor"].ToString();
        if (text.Length == 0)
            return null;
        var parts = text.Split('-');
        if (parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var version)
            && int.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var index)
            && version > 0 && index > 0)
            return (version, index);
        Problem ??= HostProblem.Invalid("'cursor' is not one of this Host's.");
        return null;
    }

    /// <summary>The cursor of the next page.</summary>
    public static string NextCursor(long version, int index) => string.Create(CultureInfo.InvariantCulture, $"{version:x}-{index:x}");

    /// <summary>The idempotency key, which must be there.</summary>
    public string Key()
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length is 0 or > MaxKey)
            Problem ??= HostProblem.Invalid($"The header Idempotency-Key is needed, of 1 to {MaxKey} characters.");
        return key;
    }

    /// <summary>The JSON body; null, and a problem, if it cannot be read.</summary>
    public async Task<T?> BodyAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            Problem ??= HostProblem.Invalid("The body must be application/json.");
            return null;
        }

        try
        {
            var body = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
            if (body is null)
                Problem ??= HostProblem.Invalid("The body is empty.");
            return body;
        }
        catch (JsonException e)
        {
            Problem ??= HostProblem.Invalid($"The body cannot be read at {e.Path ?? "$"}.");
        }
        catch (BadHttpRequestException e)
        {
            Problem ??= HostProblem.ForStatus(e.StatusCode, e.Message);
        }

        return null;
    }

    /// <summary>Whether the channel's key was sent.</summary>
    public bool IsAuthorized(byte[] authorization) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), authorization);

    private long? Number(string name, long least, long most)
    {
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Problem ??= HostProblem.Invalid($"'{name}' must be a whole number of at least {least}{(most < long.MaxValue ? $" and at most {most}" : "")}.");
        return null;
    }
}
