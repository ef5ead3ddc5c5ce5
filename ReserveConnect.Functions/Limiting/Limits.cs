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

    /// <summary>Takes one request of a client from its allowance.</summary>
    /// <returns>Null when there was one left; else <c>rate_limited</c> (429).</returns>
    public Refusal? Take(string function, ClientAddress client) => Take(functions[function], false, client.Network);

    /// <summary>
    /// Takes one request of an account from its allowance, whatever clients it comes from: called once it is known whose
    /// request it is.
    /// </summary>
    /// <returns>Null when there was one left; else <c>rate_limited</c> (429).</returns>
    public Refusal? Take(string function, Guid accountId)
    {
        Span<byte> id = stackalloc byte[16];
        accountId.TryWriteBytes(id);
        return Take(functions[function], true, BinaryPrimitives.ReadUInt128BigEndian(id));
    }

    private Refusal? Take(LimitClass limit, bool isAccount, UInt128 id)
    {
        if (_buckets.TryTake(new(limit, isAccount, id), _options.Of(limit)) is not { } wait)
        {
            return null;
        }

        Refused.Add(1, new("class", limit.ToString()), new("by", isAccount ? "account" : "client"));
        return Refusal.TooMany("rate_limited", "Too many requests; Retry-After says when to try again.", wait);
    }
}
