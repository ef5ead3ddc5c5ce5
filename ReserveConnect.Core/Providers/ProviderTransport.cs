using System.Net;
using Microsoft.Extensions.Logging;

namespace ReserveConnect.Providers;

/// <summary>Sends a provider's calls over HTTP and sorts what comes back into the four cases of <see cref="ProviderAnswer{T}"/>.</summary>
/// <param name="provider">Its name in logs and metrics.</param>
/// <param name="http">With base address, credentials and no time-out of its own.</param>
/// <param name="pipelines">Time-out, circuit, retries.</param>
/// <param name="options">The bounds.</param>
/// <param name="readRefusal">Reads the body of a 4xx; null if it is none of the provider's.</param>
/// <param name="underWay">Statuses by which the provider says that the same call is still being worked on.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where failures go.</param>
internal sealed class ProviderTransport(
    string provider,
    HttpClient http,
    ProviderPipelines pipelines,
    ProviderOptions options,
    Func<ReadOnlyMemory<byte>, ProviderRefusal?> readRefusal,
    IReadOnlySet<HttpStatusCode> underWay,
    TimeProvider time,
    ILogger log)
{
    private readonly ProviderAttempts _attempts = new(provider, pipelines, time, log);
    private readonly ProviderSorting _sorting = new(readRefusal, underWay, time);

    /// <summary>Makes the call. Throws only if <paramref name="ct"/> is cancelled: then the outcome is unknown too.</summary>
    public Task<ProviderAnswer<T>> Send<T>(ProviderCall<T> call, CancellationToken ct) =>
        _attempts.Run(call.Operation, call.Repeat, call.Timeout, cut => Try(call, cut), ct);

    private async Task<ProviderAnswer<T>> Try<T>(ProviderCall<T> call, CancellationToken ct)
    {
        try
        {
            using var request = call.Request();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!response.IsSuccessStatusCode)
            {
                var (code, message) = await _sorting.Refusal(response, ct);
                return new ProviderAnswer<T>.Refused((int)response.StatusCode, code, message);
            }

            await using var body = new BoundedStream(await response.Content.ReadAsStreamAsync(ct), call.MaxBytes ?? options.MaxResponseBytes);
            return new ProviderAnswer<T>.Done(await call.Read(response, body, ct));
        }
        catch (Exception failure) when (ProviderSorting.Failure(failure, ct) is { } failed)
        {
            throw failed;
        }
    }
}
