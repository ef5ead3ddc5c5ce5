using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Providers.Stripe;

/// <summary>Section <c>Reserve:Stripe</c>.</summary>
public sealed class StripeOptions : ProviderOptions
{
    /// <summary>Where the section is.</summary>
    public const string Section = "Reserve:Stripe";

    /// <summary>Bounds that suit a guest who waits while several questions are asked: those of <see cref="Payments.PayingTime"/>.</summary>
    public StripeOptions()
    {
        CallTimeout = TimeSpan.FromSeconds(3.5);
        TotalTimeout = TimeSpan.FromSeconds(4);
        ConnectTimeout = TimeSpan.FromSeconds(1);
    }

    /// <summary>Where Stripe is; the sandbox's address in tests and demos.</summary>
    [Required(ErrorMessage = $"{Section}:BaseUrl is not set")]
    [Url(ErrorMessage = $"{Section}:BaseUrl is not an address")]
    public string BaseUrl { get; set; } = "https://api.stripe.com";

    /// <summary>The secret key, <c>sk_...</c> or <c>rk_...</c>.</summary>
    [Required(ErrorMessage = $"{Section}:ApiKey is not set")]
    public string ApiKey { get; set; } = "";

    /// <summary>The webhook endpoint's secret; several separated by commas while it is being changed.</summary>
    [Required(ErrorMessage = $"{Section}:WebhookSecret is not set")]
    public string WebhookSecret { get; set; } = "";

    /// <summary>The secrets in <see cref="WebhookSecret"/>.</summary>
    public IReadOnlyList<string> WebhookSecrets => Secrets(WebhookSecret);

    /// <summary>Refunds read by one listing, 1 to 100.</summary>
    [Range(1, 100)]
    public int RefundPageSize { get; set; } = 100;

    /// <summary>Pages of refunds read at most for one payment.</summary>
    [Range(1, 100)]
    public int RefundPages { get; set; } = 10;

    /// <summary>Transfers read by one listing, 1 to 100.</summary>
    [Range(1, 100)]
    public int TransferPageSize { get; set; } = 100;

    /// <summary>Pages of transfers read at most for one payout.</summary>
    [Range(1, 100)]
    public int TransferPages { get; set; } = 10;
}
