using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Accounts;

/// <summary>Section <c>Reserve:Tokens</c>: the access tokens that this system signs and reads.</summary>
public sealed class TokenOptions
{
    public const string Section = "Reserve:Tokens";

    /// <summary>
    /// <c>kid:base64,kid:base64</c>: keys of 32 bytes or more, made at random. The first one signs, every one is accepted:
    /// a new key is put in front, and an old one taken away once what it signed has run out.
    /// </summary>
    [Required(ErrorMessage = "Reserve:Tokens:SigningKeys is missing")]
    public string SigningKeys { get; set; } = "";

    /// <summary><c>iss</c> of every token.</summary>
    [Required]
    public string Issuer { get; set; } = "reserve-connect";

    /// <summary><c>aud</c> of every token.</summary>
    [Required]
    public string Audience { get; set; } = "reserve-connect-api";

    /// <summary>How long an account's access token lives (design section 8).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan AccountLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the token of a new booking lives: every extension of a hold and the Host's decision fit into it.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan CheckoutLifetime { get; set; } = TimeSpan.FromHours(3);

    /// <summary>How long a token got with e-mail and confirmation code lives.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan BookingLifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How far the clocks of two machines may differ.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:02:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(10);
}
