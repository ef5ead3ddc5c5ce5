using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>
/// Parameters of a call, form encoded with nesting (<c>a[b]=c</c>, <c>a[]=x</c>, <c>a[0]=x</c>). The first thing found wrong
/// stands in <see cref="Error"/>; parameters that nobody may send are found by <see cref="Allow"/>.
/// </summary>
internal sealed class StripeForm
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private StripeForm(IEnumerable<KeyValuePair<string, StringValues>> pairs)
    {
        foreach (var (name, values) in pairs)
        {
            for (var i = 0; i < values.Count; i++)
                _values[name.EndsWith("[]", StringComparison.Ordinal) ? $"{name[..^2]}[{i}]" : name] = values[i] ?? "";
        }
    }

    /// <summary>What is wrong, null if nothing so far.</summary>
    public StripeError? Error { get; private set; }

    /// <summary>Reads the query of a GET or the form of a POST.</summary>
    public static async Task<StripeForm> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method))
            return new StripeForm(request.Query);
        if (request.HasFormContentType)
        {
            try
            {
                return new StripeForm(await request.ReadFormAsync(context.RequestAborted));
            }
            catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
            {
                var status = (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
                return new StripeForm([]) { Error = StripeError.ForStatus(status, e.Message) };
            }
        }

        var form = new StripeForm([]);
        if (request.ContentLength is > 0)
            form.Error = StripeError.Invalid(null, "Invalid request: the body must be application/x-www-form-urlencoded.");
        return form;
    }

    /// <summary>Notes what is wrong, if nothing was before.</summary>
    public void Refuse(StripeError error) => Error ??= error;

    /// <summary>Refuses every parameter that is not known for the operation.</summary>
    public StripeForm Allow(StripeParameters known)
    {
        foreach (var name in _values.Keys)
        {
            if (!known.Has(name, out var unknown))
                Error ??= StripeError.Invalid("parameter_unknown", $"Received unknown parameter: {unknown}", unknown);
        }

        return this;
    }

    /// <summary>The same for two calls with the same parameters.</summary>
    public string Fingerprint(string method, string path)
    {
        var text = new StringBuilder(method).Append(' ').Append(path);
        foreach (var (name, value) in _values.OrderBy(v => v.Key, StringComparer.Ordinal))
            text.Append('\n').Append(name).Append('=').Append(value);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>A parameter's text; null if absent or empty.</summary>
    public string? Text(string name) => _values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Whether it was sent, even empty.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>One of a few words.</summary>
    public string? Choice(string name, params string[] choices)
    {
        if (Text(name) is not { } value || Array.IndexOf(choices, value) >= 0)
            return Text(name);
        Error ??= StripeError.Invalid(
            null, $"Invalid {name}: must be one of {string.Join(", ", choices[..^1])}{(choices.Length > 1 ? ", or " : "")}{choices[^1]}", name);
        return null;
    }

    /// <summary>A whole number.</summary>
    public long? Number(string name, long least = long.MinValue)
    {
        if (Text(name) is not { } value)
            return null;
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            Error ??= StripeError.Invalid("parameter_invalid_integer", $"Invalid integer: {value}", name);
        else if (number < least)
            Error ??= StripeError.Invalid("parameter_invalid_integer", $"This value must be greater than or equal to {least}.", name);
        return number;
    }

    /// <summary>Yes or no.</summary>
    public bool Flag(string name) => Choice(name, "true", "false", "1", "0") is "true" or "1";

    /// <summary>The entries of <c>name[key]</c>.</summary>
    public Dictionary<string, string> Map(string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in _values)
        {
            if (key.Length > name.Length + 2 && key.StartsWith(name, StringComparison.Ordinal) && key[name.Length] == '[' && key[^1] == ']')
                map[key[(name.Length + 1)..^1]] = value;
        }

        return map;
    }

    /// <summary>Metadata of an object that had <paramref name="old"/>: entries are set, empty ones removed, an empty parameter clears all.</summary>
    public IReadOnlyDictionary<string, string> Metadata(IReadOnlyDictionary<string, string> old)
    {
        const int MaxEntries = 50, MaxName = 40, MaxValue = 500;
        var sent = Map("metadata");
        if (sent.Count == 0)
            return Has("metadata") ? new Dictionary<string, string>() : old;
        var merged = new Dictionary<string, string>(old, StringComparer.Ordinal);
        foreach (var (key, value) in sent)
        {
            if (key.Length > MaxName || value.Length > MaxValue)
                Error ??= StripeError.Invalid(null, "Metadata keys have at most 40 characters and values at most 500.", $"metadata[{key}]");
            if (value.Length == 0)
                merged.Remove(key);
            else
                merged[key] = value;
        }

        if (merged.Count > MaxEntries)
            Error ??= StripeError.Invalid(null, "Metadata has at most 50 keys.", "metadata");
        return merged;
    }

    /// <summary>What to expand.</summary>
    public Expand Expand(params string[] allowed)
    {
        var wanted = Map("expand").Values.ToHashSet(StringComparer.Ordinal);
        foreach (var path in wanted)
        {
            if (Array.IndexOf(allowed, path) < 0)
                Error ??= StripeError.Invalid(null, $"This property cannot be expanded ({path}).", "expand");
        }

        return new Expand(wanted);
    }
}

/// <summary>Which references are answered as whole objects.</summary>
internal sealed class Expand(IReadOnlySet<string> paths)
{
    /// <summary>None.</summary>
    public static Expand Nothing { get; } = new(new HashSet<string>());

    /// <summary>Whether this reference is, itself or because something below it is.</summary>
    public bool Has(string name) => paths.Any(p => p == name || p.StartsWith(name + ".", StringComparison.Ordinal));

    /// <summary>What is expanded inside of it.</summary>
    public Expand Below(string name) => paths.Count == 0
        ? Nothing
        : new Expand(paths.Where(p => p.StartsWith(name + ".", StringComparison.Ordinal)).Select(p => p[(name.Length + 1)..]).ToHashSet());
}
