using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// Reads a query string and keeps one error for each bad parameter, so that a client learns of all of them at once.
/// </summary>
public sealed class QueryReader
{
    /// <summary>Longest text in characters.</summary>
    public const int LongestText = 200;

    private static readonly string[] InstantForms = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    private readonly IQueryCollection _query;
    private readonly List<FieldError> _errors = [];
    private readonly List<QueryParameter> _parameters = [];

    private QueryReader(IQueryCollection query) => _query = query;

    /// <summary>What is wrong with the parameters read so far, and every parameter that was not asked for; null: nothing.</summary>
    private Refusal? Refusal
    {
        get
        {
            var errors = _errors
                .Concat(_query.Keys.Where(name => !_parameters.Exists(known => known.Name == name))
                    .Select(name => new FieldError(name, "unknown_parameter", "There is no such parameter.")))
                .ToArray();
            return errors.Length == 0
                ? null
                : ReserveConnect.Refusal.Malformed(errors.Length == 1 ? errors[0].Code : "invalid_parameters", "The query has invalid parameters.", errors);
        }
    }

    /// <summary>The query string of a request; one refusal for everything that is wrong with it.</summary>
    public static Outcome<T> Read<T>(HttpRequest request)
        where T : IQuery<T>
    {
        ArgumentNullException.ThrowIfNull(request);
        var reader = new QueryReader(request.Query);
        var read = T.Read(reader);
        return reader.Refusal is { } refusal ? refusal : read;
    }

    /// <summary>The query string of a caller who may send more than is documented, and whom nobody tells what is wrong.</summary>
    public static T ReadLoosely<T>(HttpRequest request)
        where T : IQuery<T>
    {
        ArgumentNullException.ThrowIfNull(request);
        return T.Read(new QueryReader(request.Query));
    }

    /// <summary>The parameters of a query string.</summary>
    public static IReadOnlyList<QueryParameter> ParametersOf<T>()
        where T : IQuery<T>
    {
        var reader = new QueryReader(QueryCollection.Empty);
        _ = T.Read(reader);
        return reader._parameters;
    }

    /// <summary>Whether the parameter was sent.</summary>
    public bool Has(string name) => _query.ContainsKey(name);

    /// <summary>A text of at most 200 characters; null when it was not sent.</summary>
    public string? Text(string name, bool required = false, string? about = null) => Raw(new(name, QueryKind.Text, required, about));

    /// <summary>A text that may be longer than others; null when it was not sent.</summary>
    /// <param name="longest">In characters.</param>
    public string? LongText(string name, int longest, string? about = null) => Raw(new(name, QueryKind.Text, About: about, Most: longest));

    /// <summary>Texts separated by commas; empty when none were sent.</summary>
    public IReadOnlyList<string> Texts(string name, int atMost = 20, string? about = null)
    {
        var texts = List(new(name, QueryKind.Texts, About: about, Most: atMost));
        if (texts.Length > atMost)
        {
            Add(name, "too_many", $"At most {atMost}.");
        }

        return texts;
    }

    /// <summary>Some of the words, separated by commas; empty when none were sent.</summary>
    public IReadOnlyList<string> AnyOf(string name, params string[] words)
    {
        var texts = List(new(name, QueryKind.Texts, Most: words.Length, Words: words));
        if (texts.Except(words, StringComparer.Ordinal).Any())
        {
            Add(name, "invalid_value", $"Must be some of: {string.Join(", ", words)}.");
        }

        return texts;
    }

    /// <summary>Yes or no; no when nothing is said.</summary>
    public bool Flag(string name, string? about = null)
    {
        var text = Raw(new(name, QueryKind.OneOf, About: about, Words: ["true", "false"]));
        if (text is not (null or "true" or "false"))
        {
            Add(name, "invalid_value", "Must be true or false.");
        }

        return text == "true";
    }

    /// <summary>A number within bounds, with a point before its fraction.</summary>
    public decimal? Number(string name, int least, int most, string? about = null) =>
        Parse(new(name, QueryKind.Number, About: about, Least: least, Most: most), $"Must be a number from {least} to {most}.", (string text, out decimal number) =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            && number >= least && number <= most);

    /// <summary>A local date, <c>YYYY-MM-DD</c>, of this century or the next.</summary>
    public DateOnly? Date(string name, bool required = false, string? about = null) =>
        Parse(new(name, QueryKind.Date, required, about), "Must be a date, YYYY-MM-DD.", static (string text, out DateOnly date) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && date.Year is >= 2000 and < 2200);

    /// <summary>The first day of a month, <c>YYYY-MM</c>.</summary>
    public DateOnly? Month(string name, bool required = false, string? about = null) =>
        Parse(new(name, QueryKind.Month, required, about), "Must be a month, YYYY-MM.", static (string text, out DateOnly date) =>
            DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && date.Year is >= 2000 and < 2200);

    /// <summary>An instant, RFC 3339, of this century or the next.</summary>
    public DateTimeOffset? Instant(string name, string? about = null) =>
        Parse(new(name, QueryKind.Instant, About: about), "Must be an instant such as 2027-01-31T12:00:00Z.", static (string text, out DateTimeOffset instant) =>
            DateTimeOffset.TryParseExact(text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant)
            && instant.Year is >= 2000 and < 2200);

    /// <summary>A whole number within bounds.</summary>
    public int? Whole(string name, int least, int most, bool required = false, string? about = null) =>
        Parse(new(name, QueryKind.Whole, required, about, least, most), $"Must be a whole number from {least} to {most}.", (string text, out int number) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);

    /// <summary>The id of a thing, as it was given.</summary>
    public Guid? Id(string name, string? about = null) =>
        Parse(new(name, QueryKind.Id, About: about), "Must be an id, as it was given.", static (string text, out Guid id) => Guid.TryParseExact(text, "D", out id));

    /// <summary>An amount of money, not negative, with at most two places.</summary>
    public decimal? Money(string name, string? about = null) =>
        Parse(new(name, QueryKind.Money, About: about), "Must be an amount such as 150.00.", static (string text, out decimal amount) =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount)
            && amount <= 9_999_999_999.99m && amount.Scale <= 2);

    /// <summary>One of the words.</summary>
    public string? OneOf(string name, params string[] words)
    {
        var text = Raw(new(name, QueryKind.OneOf, Words: words));
        if (text is null || words.Contains(text, StringComparer.Ordinal))
        {
            return text;
        }

        Add(name, "invalid_value", $"Must be one of: {string.Join(", ", words)}.");
        return null;
    }

    /// <summary>Numbers separated by commas, exactly so many.</summary>
    public double[]? Numbers(string name, int count, string? about = null)
    {
        if (Raw(new(name, QueryKind.Numbers, About: about, Most: count)) is not { } text)
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

    // Nothing but commas is no list that lets everything pass, but an empty one, as nothing at all is.
    private string[] List(QueryParameter parameter)
    {
        if (Raw(parameter) is not { } text)
        {
            return [];
        }

        var texts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length == 0)
        {
            Add(parameter.Name, "required", "Must be given.");
        }

        return texts;
    }

    private string? Raw(QueryParameter parameter)
    {
        _parameters.Add(parameter);
        var name = parameter.Name;
        var values = _query[name];
        if (values.Count == 0 || string.IsNullOrWhiteSpace(values[0]))
        {
            if (parameter.IsRequired || values.Count > 0)
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

        var longest = parameter.Kind == QueryKind.Text ? parameter.Most ?? LongestText : LongestText;
        if (values[0]!.Length > longest || !RequestText.IsLine(values[0]!))
        {
            Add(name, "invalid_text", $"At most {longest} characters, none of them a control or no character of Unicode.");
            return null;
        }

        return values[0];
    }

    private T? Parse<T>(QueryParameter parameter, string detail, TryParse<T> parse)
        where T : struct
    {
        if (Raw(parameter) is not { } text)
        {
            return null;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        Add(parameter.Name, "invalid_value", detail);
        return null;
    }

    private delegate bool TryParse<T>(string text, out T value);
}
