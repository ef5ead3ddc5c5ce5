namespace ReserveConnect.Providers.Stripe;

/// <summary>The signature of Stripe's webhooks (<c>Stripe-Signature: t=...,v1=...</c>; <c>v0</c> and unknown schemes do not count).</summary>
public static class StripeWebhook
{
    /// <summary>Checks the raw body before anything in it is read.</summary>
    /// <param name="rawBody">The bytes as they came.</param>
    /// <param name="signatureHeader">The header <c>Stripe-Signature</c>; null if there is none.</param>
    /// <param name="secrets">The endpoint's secrets; one is enough, several while it is being changed.</param>
    /// <param name="now">The instant now.</param>
    /// <param name="tolerance">How far the time stamp may be from now, in either direction.</param>
    public static WebhookVerdict Verify(
        ReadOnlySpan<byte> rawBody,
        string? signatureHeader,
        IReadOnlyList<string> secrets,
        DateTimeOffset now,
        TimeSpan tolerance)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return TimestampedSignature.Verify(rawBody, signatureHeader, secrets, now, tolerance);
    }
}
