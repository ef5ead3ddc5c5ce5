using System.Net.Http.Headers;

namespace ReserveConnect.Providers;

/// <summary>
/// A provider's official library, called as our own clients call: the same connections, time-out, circuit, retries,
/// bounds, sorting, metrics and logs. The library makes requests and reads answers; it must not retry on its own.
/// </summary>
/// <param name="connections">The provider's pooled connections.</param>
/// <param name="attempts">Time-out, circuit, retries.</param>
/// <param name="sorting">What statuses and failures mean.</param>
/// <param name="maxResponseBytes">Bytes of an answer after decompression.</param>
internal sealed class ProviderLibrary(HttpMessageHandler connections, ProviderAttempts attempts, ProviderSorting sorting, int maxResponseBytes)
{
    /// <summary>What the library has to send with. It gives whole answers of status 2xx; everything else comes as an
    /// exception that <see cref="Call"/> understands, so that no library's own idea of an error decides.</summary>
    public HttpClient Http { get; } = new(new SortingHandler(connections, sorting, maxResponseBytes), disposeHandler: false)
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Makes a call with the library. Throws only if <paramref name="ct"/> is cancelled: then the outcome is unknown too.</summary>
    /// <param name="operation">Its name in logs and metrics.</param>
    /// <param name="repeat">Whether it may be tried again when it failed.</param>
    /// <param name="call">One attempt, to be made with <see cref="Http"/>, its arguments already checked.</param>
    /// <param name="ct">The caller leaves.</param>
    public Task<ProviderAnswer<T>> Call<T>(string operation, ProviderRepeat repeat, Func<CancellationToken, Task<T>> call, CancellationToken ct) =>
        attempts.Run<T>(
            operation,
            repeat,
            timeout: null,
            async cut =>
            {
                try
                {
                    return new ProviderAnswer<T>.Done(await call(cut));
                }
                catch (ProviderRefusedException refused)
                {
                    return new ProviderAnswer<T>.Refused(refused.Status, refused.Refusal.Code, refused.Refusal.Message);
                }
                catch (Exception failure) when (failure is not (ProviderCallFailedException or OperationCanceledException))
                {
                    // Whatever a library throws over an answer that it cannot read: something may have happened.
                    throw new ProviderCallFailedException("unreadable answer", maybeDone: true, failure);
                }
            },
            ct);

    private sealed class SortingHandler(HttpMessageHandler connections, ProviderSorting sorting, int maxResponseBytes) : DelegatingHandler(connections)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (!response.IsSuccessStatusCode)
                {
                    using (response)
                        throw new ProviderRefusedException((int)response.StatusCode, await sorting.Refusal(response, cancellationToken));
                }

                response.Content = await Whole(response.Content, cancellationToken);
                return response;
            }
            catch (Exception failure) when (ProviderSorting.Failure(failure, cancellationToken) is { } failed)
            {
                throw failed;
            }
        }

        private async Task<HttpContent> Whole(HttpContent content, CancellationToken ct)
        {
            using (content)
            {
                return new ByteArrayContent(await BoundedStream.Whole(content, maxResponseBytes, ct))
                {
                    Headers = { ContentType = content.Headers.ContentType ?? new MediaTypeHeaderValue("application/octet-stream") },
                };
            }
        }
    }

    /// <summary>A definitive no on its way through a library; it never leaves <see cref="Call"/>.</summary>
    private sealed class ProviderRefusedException(int status, ProviderRefusal refusal) : Exception
    {
        public int Status => status;

        public ProviderRefusal Refusal => refusal;
    }
}
