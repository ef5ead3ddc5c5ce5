using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Accounts.Oidc;

/// <summary>Section <c>Reserve:Oidc</c>: issuers (OpenID Connect) whose tokens let staff in. None: staff have passwords here.</summary>
public sealed class OidcOptions : IValidatableObject
{
    public const string Section = "Reserve:Oidc";

    /// <summary>
    /// Each the issuer's address as it stands in <c>iss</c>, a space, and our client id there, which stands in <c>aud</c>.
    /// Blank ones are none.
    /// </summary>
    public IList<string> Issuers { get; set; } = [];

    /// <summary>The claim that has the address of the account.</summary>
    [Required]
    public string EmailClaim { get; set; } = "email";

    /// <summary>Whether <c>email_verified</c> must be true; off only for issuers that never say so and assign the addresses themselves.</summary>
    public bool RequireEmailVerified { get; set; } = true;

    /// <summary>One of these, by commas, must be in <c>amr</c>: the second factor is the issuer's. Empty: not asked for.</summary>
    public string RequiredAmr { get; set; } = "mfa";

    /// <summary>What <c>acr</c> must be; empty: not asked for.</summary>
    public string RequiredAcr { get; set; } = "";

    /// <summary>How old a token may be (<c>iat</c>), however long the issuer says it lives.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan MaxTokenAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an issuer's keys are taken for known.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan KeysLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How often an unknown key makes us ask the issuer again, at most.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan KeysRefresh { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one answer of an issuer may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30", ParseLimitsInInvariantCulture = true)]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one may be, in bytes.</summary>
    [Range(1_024, 10_485_760)]
    public int MaxResponseBytes { get; set; } = 262_144;

    /// <summary>Issuer and client id of each.</summary>
    internal IEnumerable<(string Issuer, string ClientId)> Parsed => Issuers
        .Where(text => !string.IsNullOrWhiteSpace(text))
        .Select(text => text.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Select(parts => (parts[0], parts.Length > 1 ? parts[1] : ""));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (issuer, clientId) in Parsed)
        {
            if (!Uri.TryCreate(issuer, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback))
            {
                yield return new($"{Section}:Issuers: {issuer} is no https address", [nameof(Issuers)]);
            }

            if (clientId.Length == 0)
            {
                yield return new($"{Section}:Issuers: {issuer} has no client id behind it", [nameof(Issuers)]);
            }
        }

        if (Parsed.DistinctBy(entry => entry.Issuer).Count() < Parsed.Count())
        {
            yield return new($"{Section}:Issuers names one issuer twice", [nameof(Issuers)]);
        }
    }
}
