using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Accounts;

/// <summary>Section <c>Reserve:Accounts</c>.</summary>
public sealed class AccountOptions : IValidatableObject
{
    public const string Section = "Reserve:Accounts";

    /// <summary>Where guests and staff find the site that the links in mails lead to.</summary>
    [Required(ErrorMessage = $"{Section}:PublicUrl is missing")]
    [Url(ErrorMessage = $"{Section}:PublicUrl is not an address")]
    public string PublicUrl { get; set; } = "";

    /// <summary>
    /// <c>kid:base64,kid:base64</c>: keys of 32 bytes or more for what is derived (the tokens in mails) or encrypted (second
    /// factors, calendars' addresses). The first is used for what is new; one that is taken away ends the links and second
    /// factors made with it, and a calendar's address can no longer be shown, though it works.
    /// </summary>
    [Required(ErrorMessage = $"{Section}:SecretKeys is missing")]
    public string SecretKeys { get; set; } = "";

    /// <summary>How long a session lives, however often it is refreshed.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Sessions of one account; a further one ends the oldest.</summary>
    [Range(1, 1_000)]
    public int MaxSessions { get; set; } = 20;

    /// <summary>How long the link that proves an address works.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan VerificationLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long the link to a new password works.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan ResetLifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long an invitation works.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan InvitationLifetime { get; set; } = TimeSpan.FromDays(3);

    /// <summary>Links of one purpose that are open for one account; a further one ends the oldest.</summary>
    [Range(1, 100)]
    public int MaxOpenLinks { get; set; } = 5;

    /// <summary>Failed logins for one address from one client's network, or wrong codes of one account, after which the next has to wait.</summary>
    [Range(1, 100)]
    public int FreeFailures { get; set; } = 5;

    /// <summary>
    /// Failed logins for one address from anywhere after which each next waits for <see cref="FirstLock"/>. Far more than one
    /// person makes: a lower figure lets strangers keep the owner out.
    /// </summary>
    [Range(20, 100_000)]
    public int FreeAddressFailures { get; set; } = 100;

    /// <summary>The first wait; doubled by each further failure up to <see cref="LongestLock"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan FirstLock { get; set; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="FirstLock"/>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan LongestLock { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After so long without a failure those before are forgotten.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan FailureMemory { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Counts of failures that are kept, of clients and of addresses with and without an account; the oldest give way.</summary>
    [Range(100, 10_000_000)]
    public int MaxFailureRows { get; set; } = 100_000;

    /// <summary>Rounds of PBKDF2-HMAC-SHA512 for a password; those stored with fewer are hashed anew at the next login.</summary>
    [Range(1_000, 10_000_000)]
    public int PasswordIterations { get; set; } = 210_000;

    /// <summary>Passwords that are hashed at once; 0: as many as there are processors. The others wait their turn.</summary>
    [Range(0, 256)]
    public int MaxHashesAtOnce { get; set; }

    /// <summary>The longest wait for that turn; then the answer is 503 <c>busy</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan HashPatience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What an authenticator shows beside the code.</summary>
    [Required]
    [StringLength(50)]
    public string SecondFactorIssuer { get; set; } = "Reserve Connect";

    /// <summary>Refuses the start with keys that could derive nothing.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        try
        {
            KeyRing.Parse(SecretKeys, $"{Section}:{nameof(SecretKeys)}");
            return [];
        }
        catch (OptionsValidationException refused)
        {
            return [.. refused.Failures.Select(failure => new ValidationResult(failure, [nameof(SecretKeys)]))];
        }
    }
}
