using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Limiting;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// What the bodies of all requests together keep in memory, from their first byte to the end of the answer. However many
/// connections send, it is never more than <see cref="LimitOptions.BodyMemoryBytes"/>. Functions of
/// <see cref="LimitClass.System"/> have a part of their own, which no others use up; and of each part one client, of IPv6 a
/// whole <see cref="ClientAddress.Site"/>, has at most a share.
/// </summary>
public sealed class BodyMemory(IOptions<LimitOptions> options)
{
    /// <summary>One in so many bytes is for <see cref="LimitClass.System"/>.</summary>
    public const int SystemShare = 4;

    /// <summary>One client has at most one in so many bytes of a part, but always enough for one body of the greatest length.</summary>
    public const int ClientShare = 16;

    private readonly Part _system = new(options.Value.BodyMemoryBytes / SystemShare);
    private readonly Part _others = new(options.Value.BodyMemoryBytes - (options.Value.BodyMemoryBytes / SystemShare));

    /// <summary>Bytes that are taken now.</summary>
    public long Taken => _system.Taken + _others.Taken;

    /// <summary>Takes so many more for a request; they come back when it is answered.</summary>
    /// <exception cref="BadHttpRequestException">503: there are not so many left, or not for this client.</exception>
    public void Take(HttpContext context, int bytes)
    {
        ArgumentNullException.ThrowIfNull(context);
        var part = context.LimitClass() == LimitClass.System ? _system : _others;
        var client = ClientAddress.Of(context).Site;
        if (!part.TryTake(client, bytes))
        {
            throw new BadHttpRequestException("Too many bodies are on the way right now.", StatusCodes.Status503ServiceUnavailable);
        }

        context.Response.RegisterForDispose(new Share(part, client, bytes));
    }

    private sealed class Part(long most)
    {
        private readonly long _mostOfClient = Math.Max(most / ClientShare, RequestBody.MostBytes);
        private readonly Lock _gate = new();

        /// <summary>Only those that have something: no more than there are connections.</summary>
        private readonly Dictionary<UInt128, long> _clients = [];
        private long _taken;

        public long Taken => Interlocked.Read(ref _taken);

        public bool TryTake(UInt128 client, int bytes)
        {
            lock (_gate)
            {
                var ofClient = _clients.GetValueOrDefault(client) + bytes;
                if (_taken + bytes > most || ofClient > _mostOfClient)
                {
                    return false;
                }

                _taken += bytes;
                _clients[client] = ofClient;
                return true;
            }
        }

        public void GiveBack(UInt128 client, int bytes)
        {
            lock (_gate)
            {
                _taken -= bytes;
                if ((_clients[client] -= bytes) == 0)
                {
                    _clients.Remove(client);
                }
            }
        }
    }

    private sealed class Share(Part part, UInt128 client, int bytes) : IDisposable
    {
        public void Dispose() => part.GiveBack(client, bytes);
    }
}
