namespace ReserveConnect.Accounts;

/// <summary>What an account's owner says of themselves.</summary>
/// <param name="Phone">International format where known.</param>
/// <param name="Locale">Language of the mails: <c>pt-BR</c> or <c>en</c>.</param>
public sealed record AccountProfile(string? FirstName, string? LastName, string? Phone, string Locale)
{
    private const int MaxName = 100;
    private const int FewestInPhone = 8;
    private const int MaxPhone = 50;

    /// <summary>Languages that mails are written in; the first is the default.</summary>
    public static IReadOnlyList<string> Locales { get; } = ["pt-BR", "en"];

    /// <summary>One entry per bad field.</summary>
    public IEnumerable<FieldError> Check()
    {
        if (!IsName(FirstName))
        {
            yield return new("first_name", "invalid_name", $"A first name of at most {MaxName} characters is needed.");
        }

        if (!IsName(LastName))
        {
            yield return new("last_name", "invalid_name", $"A last name of at most {MaxName} characters is needed.");
        }

        if (Phone is not null && (Phone.Length is < FewestInPhone or > MaxPhone || Phone.Any(c => !char.IsAsciiDigit(c) && !"+() -".Contains(c))))
        {
            yield return new("phone", "invalid_phone", $"A phone number has {FewestInPhone} to {MaxPhone} digits, spaces, brackets or hyphens.");
        }

        if (!Locales.Contains(Locale))
        {
            yield return new("locale", "invalid_value", $"Must be one of: {string.Join(", ", Locales)}.");
        }
    }

    private static bool IsName(string? name) =>
        !string.IsNullOrWhiteSpace(name) && name.Length <= MaxName && !name.Any(char.IsControl);
}
