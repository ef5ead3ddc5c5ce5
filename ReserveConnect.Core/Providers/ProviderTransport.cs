using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace ReserveConnect.Providers;

/// <summary>
/// Sends a provider's calls through its pipeline and sorts what comes back into the four cases of
/// <see cref="ProviderAnswer{T}"/>. Bodies and keys are neither logged nor kept.
/// </summary>
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
    private const int MaxErrorBytes = 64 * 1024;

    /// <summary>Makes the call. Throws only if <paramref name="ct"/> is cancelled: then the outcome is unknown too.</summary>
    public async Task<ProviderAnswer<T>> Send<T>(ProviderCall<T> call, CancellationToken ct)
    {
        // A try whose outcome is unknown is not made undone by a later try that fails clearly.
        var maybeDone = false;
        var started = time.GetTimestamp();
        var context = ResilienceContextPool.Shared.Get(ct);
        ProviderAnswer<T> answer;
        try
        {
            if (call.Timeout is { } own)
                context.Properties.Set(ProviderPipelines.Timeout, own);
            answer = await pipelines.For(call.Repeat).ExecuteAsync(
                async attempt =>
                {
                    var before = maybeDone;
                    maybeDone = true;
                    try
                    {
                        var result = await Try(call, attempt.CancellationToken);
                        maybeDone = before;
                        return result;
                    }
                    catch (ProviderCallFailedException failed)
                    {
                        maybeDone = before || failed.MaybeDone;
                        throw;
                    }
                },
                context);
        }
        catch (ProviderCallFailedException failed)
        {
            answer = new ProviderAnswer<T>.NotSent(failed.Message);
        }
        catch (TimeoutRejectedException)
        {
            answer = new ProviderAnswer<T>.Unknown("no answer in time");
        }
        catch (BrokenCircuitException)
        {
            answer = new ProviderAnswer<T>.NotSent("circuit open");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        answer = maybeDone ? Doubted(answer) : answer;
        Report(call.Operation, answer, time.GetElapsedTime(started));
        return answer;
    }

    /// <summary>After a try that may have done it, only what the provider says about the operation itself counts.</summary>
    private static ProviderAnswer<T> Doubted<T>(ProviderAnswer<T> answer) => answer switch
    {
        ProviderAnswer<T>.NotSent last => new ProviderAnswer<T>.Unknown(last.Reason),
        ProviderAnswer<T>.Refused { Status: 401 or 403 } last => new ProviderAnswer<T>.Unknown($"status {last.Status} after a try without answer"),
        _ => answer,
    };

    private async Task<ProviderAnswer<T>> Try<T>(ProviderCall<T> call, CancellationToken ct)
    {
        try
        {
            using var request = call.Request();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!response.IsSuccessStatusCode)
                return await Refusal<T>(response, ct);
            await using var body = new BoundedStream(await response.Content.ReadAsStreamAsync(ct), options.MaxResponseBytes);
            return new ProviderAnswer<T>.Done(await call.Read(body, ct));
        }
        catch (HttpRequestException failure)
        {
            throw new ProviderCallFailedException($"{failure.HttpRequestError}", MaybeDone(failure.HttpRequestError), failure);
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException)
        {
            throw new ProviderCallFailedException("unreadable answer", maybeDone: true, failure);
        }
        catch (IOException failure)
        {
            throw new ProviderCallFailedException("connection cut", maybeDone: true, failure);
        }
        catch (OperationCanceledException failure) when (!ct.IsCancellationRequested && failure.InnerException is TimeoutException)
        {
            // The handler's own connect time-out: nothing was sent.
            throw new ProviderCallFailedException("no connection in time", maybeDone: false, failure);
        }
    }

    /// <summary>What failed before a connection stood was never sent.</summary>
    private static bool MaybeDone(HttpRequestError error) => error is not (
        HttpRequestError.NameResolutionError
        or HttpRequestError.ConnectionError
        or HttpRequestError.SecureConnectionError
        or HttpRequestError.ProxyTunnelError);

    private async Task<ProviderAnswer<T>> Refusal<T>(HttpResponseMessage response, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            throw new ProviderCallFailedException("status 429", maybeDone: false) { RateLimited = true, RetryAfter = RetryAfter(response) };
        if (status is < 400 or >= 500 or 408 or 425 || underWay.Contains(response.StatusCode))
            throw new ProviderCallFailedException($"status {status}", maybeDone: true) { RetryAfter = RetryAfter(response) };

        var refusal = readRefusal(await ErrorBody(response, ct)) ?? ProviderRefusal.Unreadable(status);
        return new ProviderAnswer<T>.Refused(status, status is 401 or 403 ? "unauthorized" : refusal.Code, refusal.Message);
    }

    /// <summary>The body if it is short enough and arrives; the status alone says that nothing happened.</summary>
    private static async Task<ReadOnlyMemory<byte>> ErrorBody(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            using var buffer = new MemoryStream();
            await using var body = new BoundedStream(await response.Content.ReadAsStreamAsync(ct), MaxErrorBytes);
            await body.CopyToAsync(buffer, ct);
            return buffer.ToArray();
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

    private void Report<T>(string operation, ProviderAnswer<T> answer, TimeSpan took)
    {
        var (outcome, reason) = answer.Match(
            _ => ("done", ""),
            refused => ("refused", refused.Code),
            notSent => ("not_sent", notSent.Reason),
            unknown => ("unknown", unknown.Reason));
        ProviderMetrics.CallDuration.Record(
            took.TotalSeconds,
            new TagList { { "provider", provider }, { "operation", operation }, { "outcome", outcome } });
        var level = answer switch
        {
            ProviderAnswer<T>.Done => LogLevel.Debug,
            ProviderAnswer<T>.Refused => LogLevel.Information,
            _ => LogLevel.Warning,
        };
        log.Log(
            level,
            "{Provider} {Operation}: {Outcome} {Reason} in {Milliseconds} ms",
            provider,
            operation,
            outcome,
            reason,
            (long)took.TotalMilliseconds);
    }
}
