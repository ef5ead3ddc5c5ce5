using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// Reads a query string and keeps one error for each bad parameter, so that a client learns of all of them at once.
/// Read everything first, then ask <see cref="Refusal"/>.
/// </summary>
public sealed class QueryReader(HttpRequest request)
{
    private const int LongestText = 200;
    private readonly List<FieldError> _errors = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>What is wrong with the parameters read so far, and every parameter that was not asked for; null: nothing.</summary>
    public Refusal? Refusal
    {
        get
        {
            var errors = _errors
                .Concat(request.Query.Keys.Where(name => !_known.Contains(name))
                    .Select(name => new FieldError(name, "unknown_parameter", "There is no such parameter.")))
                .ToArray();
            return errors.Length == 0
                ? null
                : ReserveConnect.Refusal.Malformed(errors.Length == 1 ? errors[0].Code : "invalid_parameters", "The query has invalid parameters.", errors);
        }
    }

    /// <summary>Whether the parameter was sent.</summary>
    public bool Has(string name) => request.Query.ContainsKey(name);

    /// <summary>A text of at most 200 characters; null when it was not sent.</summary>
    public string? Text(string name, bool required = false)
    {
        _known.Add(name);
        var values = request.Query[name];
        if (values.Count == 0 || string.IsNullOrWhiteSpace(values[0]))
        {
            if (required || values.Count > 0)
            {
                Add(name, "required", "Must be given.");
            }

            return null;
        }

        if (values.Count > 1)
        {
            Add(name, "repeated", "Must be given once.");
            return null;
        }

        if (values[0]!.Length > LongestText || values[0]!.Any(char.IsControl))
        {
            Add(name, "invalid_text", $"At most {LongestText} characters, none of them control characters.");
            return null;
        }

        return values[0];
    }

    /// <summary>Texts separated by commas; empty when none were sent.</summary>
    public IReadOnlyList<string> Texts(string name, int atMost = 20)
    {
        var texts = Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (texts.Length > atMost)
        {
            Add(name, "too_many", $"At most {atMost}.");
        }

        return texts;
    }

    /// <summary>A local date, <c>YYYY-MM-DD</c>, of this century or the next.</summary>
    public DateOnly? Date(string name, bool required = false) =>
        Parse(name, required, "Must be a date, YYYY-MM-DD.", static (string text, out DateOnly date) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && date.Year is >= 2000 and < 2200);

    /// <summary>The first day of a month, <c>YYYY-MM</c>.</summary>
    public DateOnly? Month(string name) =>
        Parse(name, false, "Must be a month, YYYY-MM.", static (string text, out DateOnly date) =>
            DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && date.Year is >= 2000 and < 2200);

    /// <summary>A whole number within bounds.</summary>
    public int? Whole(string name, int least, int most, bool required = false) =>
        Parse(name, required, $"Must be a whole number from {least} to {most}.", (string text, out int number) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);

    /// <summary>An amount of money, not negative.</summary>
    public decimal? Money(string name) =>
        Parse(name, false, "Must be an amount such as 150.00.", static (string text, out decimal amount) =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount) && amount <= 9_999_999_999.99m);

    /// <summary>One of the words.</summary>
    public string? OneOf(string name, params string[] words)
    {
        var text = Text(name);
        if (text is null || words.Contains(text, StringComparer.Ordinal))
        {
            return text;
        }

        Add(name, "invalid_value", $"Must be one of: {string.Join(", ", words)}.");
        return null;
    }

    /// <summary>Numbers separated by commas, exactly so many.</summary>
    public double[]? Numbers(string name, int count)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var numbers = text.Split(',')
            .Select(t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && double.IsFinite(n) ? n : double.NaN)
            .ToArray();
        if (numbers.Length == count && !numbers.Any(double.IsNaN))
        {
            return numbers;
        }

        Add(name, "invalid_value", $"Must be {count} numbers separated by commas.");
        return null;
    }

    /// <summary>Adds an error that only the caller can see.</summary>
    public void Add(string name, string code, string detail) => _errors.Add(new FieldError(name, code, detail));

    private T? Parse<T>(string name, bool required, string detail, TryParse<T> parse)
        where T : struct
    {
        if (Text(name, required) is not { } text)
        {
            return null;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        Add(name, "invalid_value", detail);
        return null;
    }

    private delegate bool TryParse<T>(string text, out T value);
}
