using Microsoft.Net.Http.Headers;
using ReserveConnect.Accounts;

namespace ReserveConnect.Functions.Http;

/// <summary>In which of the languages of this system a guest is spoken to.</summary>
public static class GuestLanguage
{
    /// <summary>The one that the guest likes best of those there are; Portuguese when none is said, or none that there is.</summary>
    /// <param name="acceptLanguage">The header <c>Accept-Language</c> (RFC 9110, 12.5.4), as it came.</param>
    public static string Of(string? acceptLanguage)
    {
        var liked = StringWithQualityHeaderValue.TryParseList([acceptLanguage ?? ""], out var wanted) ? wanted : [];
        return liked
            .Where(language => language.Quality is null or > 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => AccountProfile.Locales.FirstOrDefault(ours => Speaks(ours, language.Value.ToString())))
            .FirstOrDefault(ours => ours is not null)
            ?? AccountProfile.Locales[0];
    }

    // pt and pt-PT are content with pt-BR, en-GB with en.
    private static bool Speaks(string ours, string wanted) =>
        string.Equals(ours.Split('-')[0], wanted.Split('-')[0], StringComparison.OrdinalIgnoreCase);
}
