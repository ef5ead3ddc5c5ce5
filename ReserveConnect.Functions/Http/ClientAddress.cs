using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// Who sent a request, as far as an address tells: the IPv4 address, or the first 64 bits of the IPv6 address, of which a
/// subscriber has all the rest. Whatever trusted proxies said of it (<see cref="HttpOptions.TrustedProxies"/>) is applied.
/// </summary>
/// <param name="Network">As an IPv6 number; an IPv4 address as <c>::ffff:a.b.c.d</c>.</param>
public readonly record struct ClientAddress(UInt128 Network)
{
    private static readonly UInt128 SubscriberBits = UInt128.MaxValue << 64;
    private static readonly UInt128 SiteBits = UInt128.MaxValue << 80;
    private const uint MappedIPv4 = 0xffff;

    /// <summary>Whether it is an IPv6 network, not an IPv4 address.</summary>
    public bool IsIPv6 => Network >> 32 != MappedIPv4;

    /// <summary>
    /// The first 48 bits of an IPv6 address, as many as one site may have (RFC 6177): whose networks of 64 bits are many clients
    /// and perhaps one person. Of IPv4 the address itself.
    /// </summary>
    public UInt128 Site => IsIPv6 ? Network & SiteBits : Network;

    /// <summary>The client of a request; one that has no address shares <c>::</c> with all others of its kind.</summary>
    public static ClientAddress Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Of(context.Connection.RemoteIpAddress ?? IPAddress.IPv6None);
    }

    /// <summary>The client at an address.</summary>
    public static ClientAddress Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        var number = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return new(isV4 ? number : number & SubscriberBits);
    }
}
