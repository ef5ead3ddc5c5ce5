using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Providers.HostConnect;

/// <summary>Section <c>Reserve:HostConnect</c>.</summary>
public sealed class HostConnectOptions : ProviderOptions
{
    /// <summary>Where the section is.</summary>
    public const string Section = "Reserve:HostConnect";

    /// <summary>Bounds that suit pages of a city's calendar.</summary>
    public HostConnectOptions() => MaxResponseBytes = 64 * 1024 * 1024;

    /// <summary>Where the Host is; there is no default.</summary>
    [Required(ErrorMessage = $"{Section}:BaseUrl is not set")]
    [Url(ErrorMessage = $"{Section}:BaseUrl is not an address")]
    public string BaseUrl { get; set; } = "";

    /// <summary>The key of this channel.</summary>
    [Required(ErrorMessage = $"{Section}:ApiKey is not set")]
    public string ApiKey { get; set; } = "";

    /// <summary>The secret that the Host signs with; several separated by commas while it is being changed.</summary>
    [Required(ErrorMessage = $"{Section}:WebhookSecret is not set")]
    public string WebhookSecret { get; set; } = "";

    /// <summary>The secrets in <see cref="WebhookSecret"/>.</summary>
    public IReadOnlyList<string> WebhookSecrets => Secrets(WebhookSecret);

    /// <summary>Properties or room types a page where the caller names no limit.</summary>
    [Range(1, 500)]
    public int PageSize { get; set; } = 200;

    /// <summary>Room types a page of availability where the caller names no limit: 100 for a year are 36,500 nights.</summary>
    [Range(1, 500)]
    public int AvailabilityPageSize { get; set; } = 100;

    /// <summary>How long one page of availability may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan AvailabilityTimeout { get; set; } = TimeSpan.FromSeconds(60);
}
