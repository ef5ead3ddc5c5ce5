using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>Section <c>Reserve:MercadoPago</c>.</summary>
public sealed class MercadoPagoOptions : ProviderOptions
{
    /// <summary>Where the section is.</summary>
    public const string Section = "Reserve:MercadoPago";

    /// <summary>Bounds that suit a guest who waits while several questions are asked: those of <see cref="Payments.PayingTime"/>.</summary>
    public MercadoPagoOptions()
    {
        CallTimeout = TimeSpan.FromSeconds(3.5);
        TotalTimeout = TimeSpan.FromSeconds(4);
        ConnectTimeout = TimeSpan.FromSeconds(1);
    }

    /// <summary>Where Mercado Pago is; the sandbox's address in tests and demos.</summary>
    [Required(ErrorMessage = $"{Section}:BaseUrl is not set")]
    [Url(ErrorMessage = $"{Section}:BaseUrl is not an address")]
    public string BaseUrl { get; set; } = "https://api.mercadopago.com";

    /// <summary>The access token.</summary>
    [Required(ErrorMessage = $"{Section}:AccessToken is not set")]
    public string AccessToken { get; set; } = "";

    /// <summary>The secret that notifications are signed with; several separated by commas while it is being changed.</summary>
    [Required(ErrorMessage = $"{Section}:WebhookSecret is not set")]
    public string WebhookSecret { get; set; } = "";

    /// <summary>The secrets in <see cref="WebhookSecret"/>.</summary>
    public IReadOnlyList<string> WebhookSecrets => Secrets(WebhookSecret);

    /// <summary>Our public webhook address, sent with every charge; empty: the one set in Mercado Pago's panel.</summary>
    public string NotificationUrl { get; set; } = "";

    /// <summary>Charges read at most by one search.</summary>
    [Range(1, 100)]
    public int SearchLimit { get; set; } = 50;
}
