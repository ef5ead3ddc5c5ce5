using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace ReserveConnect.Functions.Http;

/// <summary>Whom ASP.NET Core's own reading of forwarded headers believes; both hosts have it in their pipeline.</summary>
internal static class TrustedProxies
{
    /// <summary>
    /// Nobody unless configured: with no network at all the library would believe everybody. The host's name is never taken
    /// from a header, as nothing here is built from it.
    /// </summary>
    public static void Apply(ForwardedHeadersOptions forwarded, HttpOptions options)
    {
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.ProxyNetworks)
        {
            forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        }

        forwarded.ForwardedHeaders = forwarded.KnownIPNetworks.Count > 0
            ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
            : ForwardedHeaders.None;
        forwarded.ForwardedForHeaderName = options.ClientAddressHeader;
        forwarded.ForwardLimit = options.ForwardedHops;
    }
}
