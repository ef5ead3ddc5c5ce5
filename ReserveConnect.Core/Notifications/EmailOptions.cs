using System.ComponentModel.DataAnnotations;
using ReserveConnect.Providers;

namespace ReserveConnect.Notifications;

/// <summary>
/// Section <c>Reserve:Email</c>. Without an API key the host starts all the same and every message is answered
/// <c>NotSent</c>: selling must not stand still because mail is not set up.
/// </summary>
public sealed class EmailOptions : ProviderOptions
{
    /// <summary>Where the section is.</summary>
    public const string Section = "Reserve:Email";

    /// <summary>Where SendGrid is: <c>https://api.eu.sendgrid.com</c> for EU subusers, the sandbox's address in tests and demos.</summary>
    [Required(ErrorMessage = $"{Section}:BaseUrl is not set")]
    [Url(ErrorMessage = $"{Section}:BaseUrl is not an address")]
    public string BaseUrl { get; set; } = "https://api.sendgrid.com";

    /// <summary>The API key, <c>SG....</c>; empty: nothing is sent.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The sender, verified at SendGrid; needed once there is a key.</summary>
    public string FromAddress { get; set; } = "";

    /// <summary>The sender's name as the guest reads it.</summary>
    [Required(ErrorMessage = $"{Section}:FromName is not set")]
    [StringLength(100)]
    public string FromName { get; set; } = "Reserve Connect";

    /// <summary>Whether mail is set up.</summary>
    public bool IsConfigured => ApiKey.Length > 0;

    /// <inheritdoc/>
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var bound in base.Validate(validationContext))
            yield return bound;
        if (ApiKey.Any(char.IsWhiteSpace))
            yield return new($"{Section}:ApiKey has white space in it", [nameof(ApiKey)]);
        if (IsConfigured && !EmailMessage.IsAddress(FromAddress))
            yield return new($"{Section}:FromAddress is not an e-mail address", [nameof(FromAddress)]);
    }
}
