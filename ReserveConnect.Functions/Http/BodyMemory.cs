using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Limiting;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// What the bodies of all requests together keep in memory, from their first byte to the end of the answer. However many
/// connections send, it is never more than <see cref="LimitOptions.BodyMemoryBytes"/>.
/// </summary>
public sealed class BodyMemory(IOptions<LimitOptions> options)
{
    private readonly long _most = options.Value.BodyMemoryBytes;
    private long _taken;

    /// <summary>Bytes that are taken now.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes so many more for a request; they come back when it is answered.</summary>
    /// <exception cref="BadHttpRequestException">503: there are not so many left.</exception>
    public void Take(HttpContext context, int bytes)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Interlocked.Add(ref _taken, bytes) > _most)
        {
            Interlocked.Add(ref _taken, -bytes);
            throw new BadHttpRequestException("Too many bodies are on the way right now.", StatusCodes.Status503ServiceUnavailable);
        }

        context.Response.RegisterForDispose(new Share(this, bytes));
    }

    private sealed class Share(BodyMemory memory, int bytes) : IDisposable
    {
        public void Dispose() => Interlocked.Add(ref memory._taken, -bytes);
    }
}
