namespace ReserveConnect.Providers.HostConnect;

/// <summary>The signature of the Host's webhooks: <c>Host-Connect-Signature: t=&lt;unix seconds&gt;,v1=&lt;hex&gt;</c>,
/// HMAC-SHA256 of <c>t</c>, a full stop and the raw body.</summary>
public static class HostConnectWebhook
{
    /// <summary>Checks the raw body before anything in it is read.</summary>
    /// <param name="rawBody">The bytes as they came.</param>
    /// <param name="signatureHeader">The header <c>Host-Connect-Signature</c>; null if there is none.</param>
    /// <param name="secrets">The secrets; one is enough, several while it is being changed.</param>
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
