namespace ReserveConnect.Providers;

/// <summary>One call to a provider.</summary>
/// <param name="Operation">Its name in logs and metrics, as <c>refund.create</c>.</param>
/// <param name="Request">Makes the request; called anew for every try.</param>
/// <param name="Read">Reads a 2xx answer, its body from the stream; throws <see cref="System.Text.Json.JsonException"/> on what it does not understand.</param>
/// <param name="Repeat">Whether it may be tried again when it failed.</param>
/// <param name="Timeout">How long a try may take; null: the provider's <see cref="ProviderOptions.CallTimeout"/>.</param>
/// <param name="MaxBytes">How long its answer may be; null: the provider's <see cref="ProviderOptions.MaxResponseBytes"/>.</param>
internal sealed record ProviderCall<T>(
    string Operation,
    Func<HttpRequestMessage> Request,
    Func<HttpResponseMessage, Stream, CancellationToken, ValueTask<T>> Read,
    ProviderRepeat Repeat,
    TimeSpan? Timeout = null,
    int? MaxBytes = null);

/// <summary>Whether a failed call is tried again by the client itself.</summary>
internal enum ProviderRepeat
{
    /// <summary>No: the saga counts its own tries and asks before each.</summary>
    Never,

    /// <summary>Yes: a read, or a write under an idempotency key, does no harm twice.</summary>
    WhenFailed,
}
