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

    /// <summary>
    /// The private key that payouts are signed with, Ed25519 in PKCS#8, as PEM or as its Base64 in one line; its public key is
    /// Mercado Pago's to have. Needed in production; empty: payouts are not signed.
    /// </summary>
    public string PayoutSigningKey { get; set; } = "";

    /// <summary>How long fetching a report of the account's money may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan ReportTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of such a report; a longer one counts as unreadable.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int ReportBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>Lines of such a report; a longer one counts as unreadable.</summary>
    [Range(1, 10_000_000)]
    public int ReportLines { get; set; } = 1_000_000;

    /// <summary>Charges read at most by one search.</summary>
    [Range(1, 100)]
    public int SearchLimit { get; set; } = 50;

    /// <inheritdoc/>
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var wrong in base.Validate(validationContext))
            yield return wrong;
        var isKey = true;
        try
        {
            _ = new PayoutSigner(PayoutSigningKey);
        }
        catch (FormatException)
        {
            isKey = false;
        }

        if (!isKey)
            yield return new($"{Section}:PayoutSigningKey is not a private key of Ed25519 in PKCS#8", [nameof(PayoutSigningKey)]);
    }
}
