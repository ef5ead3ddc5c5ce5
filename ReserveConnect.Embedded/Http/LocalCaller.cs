using System.Net;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Embedded.Http;

/// <summary>Tells callers on this machine from those that a proxy on this machine speaks for.</summary>
internal static class LocalCaller
{
    private static readonly string[] Forwarded = ["X-Forwarded-For", "Forwarded"];

    /// <summary>Whether somebody on this machine sent the request, not on behalf of somebody else.</summary>
    public static bool Sent(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && !Forwarded.Any(context.Request.Headers.ContainsKey);
}
