namespace ReserveConnect.Providers;

/// <summary>What the signature of a webhook is worth. Only <see cref="Valid"/> may be stored.</summary>
public enum WebhookVerdict
{
    /// <summary>The raw body was signed by the holder of the secret, recently.</summary>
    Valid,

    /// <summary>There is no signature header.</summary>
    Missing,

    /// <summary>The header cannot be read, or has no signature of a scheme that counts.</summary>
    Malformed,

    /// <summary>Rightly signed, but the time stamp is further from now than the tolerance, in either direction.</summary>
    Stale,

    /// <summary>No signature in it fits the body and a secret of ours.</summary>
    Forged,
}
