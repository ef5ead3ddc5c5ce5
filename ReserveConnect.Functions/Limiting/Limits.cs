using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Limiting;

/// <summary>How often one client, and one account, may call each class of functions in this process.</summary>
public sealed class Limits(TimeProvider clock, IOptions<LimitOptions> options, FunctionLimits functions)
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ReserveConnect.Limits";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("reserve.requests.limited", description: "Requests refused because their client or account asks too often");

    private readonly LimitOptions _options = options.Value;
    private readonly TokenBuckets _buckets = new(
        clock, options.Value.MaxTracked, Enum.GetValues<LimitClass>().Max(limit => options.Value.Of(limit).RefillTime));

    /// <summary>Takes one request of a client from its allowance, and over IPv6 from that of its site.</summary>
    /// <returns>Null when there was one left; else <c>rate_limited</c> (429).</returns>
    public Refusal? Take(string function, ClientAddress client)
    {
        var limit = functions[function];
        var allowance = _options.Of(limit);
        // Who is refused by its own bucket takes nothing from its neighbours.
        return Take(new(limit, BucketOwner.Client, client.Network), allowance)
            ?? (client.IsIPv6 ? Take(new(limit, BucketOwner.Site, client.Site), allowance.Times(_options.SiteFactor)) : null);
    }

    /// <summary>
    /// Takes one request of an account from its allowance, whatever clients it comes from: called once it is known whose
    /// request it is.
    /// </summary>
    /// <returns>Null when there was one left; else <c>rate_limited</c> (429).</returns>
    public Refusal? Take(string function, Guid accountId)
    {
        Span<byte> id = stackalloc byte[16];
        accountId.TryWriteBytes(id);
        var limit = functions[function];
        return Take(new(limit, BucketOwner.Account, BinaryPrimitives.ReadUInt128BigEndian(id)), _options.Of(limit));
    }

    private Refusal? Take(BucketKey key, Allowance allowance)
    {
        if (_buckets.TryTake(key, allowance) is not { } wait)
        {
            return null;
        }

        Refused.Add(1, new("class", key.Limit.ToString()), new("by", key.Owner.ToString().ToLowerInvariant()));
        return Refusal.TooMany("rate_limited", "Too many requests; Retry-After says when to try again.", wait);
    }
}
