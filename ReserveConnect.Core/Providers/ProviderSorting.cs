using System.Net;
using System.Text.Json;

namespace ReserveConnect.Providers;

/// <summary>Says what a status or a failure of the network means: a refusal, certainly nothing, or perhaps something.</summary>
/// <param name="readRefusal">Reads the body of a 4xx; null if it is none of the provider's.</param>
/// <param name="underWay">Statuses by which the provider says that the same call is still being worked on.</param>
/// <param name="time">The clock.</param>
internal sealed class ProviderSorting(
    Func<ReadOnlyMemory<byte>, ProviderRefusal?> readRefusal,
    IReadOnlySet<HttpStatusCode> underWay,
    TimeProvider time)
{
    private const int MaxErrorBytes = 64 * 1024;

    /// <summary>What a status other than 2xx refuses with.</summary>
    /// <exception cref="ProviderCallFailedException">It is no definitive no.</exception>
    public async Task<ProviderRefusal> Refusal(HttpResponseMessage response, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            throw new ProviderCallFailedException("status 429", maybeDone: false) { RateLimited = true, RetryAfter = RetryAfter(response) };
        if (status is < 400 or >= 500 or 408 or 425 || underWay.Contains(response.StatusCode))
            throw new ProviderCallFailedException($"status {status}", maybeDone: true) { RetryAfter = RetryAfter(response) };

        var refusal = readRefusal(await ErrorBody(response, ct)) ?? ProviderRefusal.Unreadable(status);
        return status is 401 or 403 ? refusal with { Code = "unauthorized" } : refusal;
    }

    /// <summary>What went wrong on the way; null if it is none of the network's failures.</summary>
    public static ProviderCallFailedException? Failure(Exception failure, CancellationToken ct) => failure switch
    {
        HttpRequestException http => new($"{http.HttpRequestError}", MaybeDone(http.HttpRequestError), http),
        JsonException or InvalidDataException => new("unreadable answer", maybeDone: true, failure),
        IOException => new("connection cut", maybeDone: true, failure),
        // The handler's own connect time-out: nothing was sent.
        OperationCanceledException { InnerException: TimeoutException } when !ct.IsCancellationRequested =>
            new("no connection in time", maybeDone: false, failure),
        _ => null,
    };

    /// <summary>What failed before a connection stood was never sent.</summary>
    private static bool MaybeDone(HttpRequestError error) => error is not (
        HttpRequestError.NameResolutionError
        or HttpRequestError.ConnectionError
        or HttpRequestError.SecureConnectionError
        or HttpRequestError.ProxyTunnelError);

    /// <summary>The body if it is short enough and arrives; the status alone says that nothing happened.</summary>
    private static async Task<ReadOnlyMemory<byte>> ErrorBody(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            return await BoundedStream.Whole(response.Content, MaxErrorBytes, ct);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or HttpRequestException)
        {
            return default;
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };
}
