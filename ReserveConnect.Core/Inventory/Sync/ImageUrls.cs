using System.Net;
using System.Net.Sockets;

namespace ReserveConnect.Inventory.Sync;

/// <summary>The addresses of images that a guest's browser can load, each in one spelling.</summary>
internal static class ImageUrls
{
    private const int Longest = 2_000;

    /// <summary>What is a name only inside somebody's house.</summary>
    private static readonly string[] InnerNames = [".localhost", ".local", ".internal", ".lan", ".home", ".test", ".invalid"];

    /// <summary>
    /// Absolute http or https addresses of public hosts, normalised, each once; others are dropped. http becomes https: a
    /// browser loads nothing else into a page of ours. One that carries a name and password is dropped, not stripped: it
    /// was not meant for everybody.
    /// </summary>
    public static string[] Of(IReadOnlyList<string?>? images, int atMost) =>
        [.. (images ?? [])
            .Select(Normalise)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Take(atMost)];

    private static string? Normalise(string? image)
    {
        if (image is not { Length: > 0 and <= Longest }
            || !Uri.TryCreate(image.Trim(), UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0
            || !IsPublic(uri))
        {
            return null;
        }

        var port = uri.IsDefaultPort ? "" : $":{uri.Port}";
        var address = $"{Uri.UriSchemeHttps}://{uri.IdnHost.ToLowerInvariant()}{port}{uri.PathAndQuery}";
        return address.Length <= Longest ? address : null;
    }

    private static bool IsPublic(Uri uri)
    {
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return IPAddress.TryParse(uri.DnsSafeHost, out var address) && IsPublic(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        }

        var host = uri.IdnHost.TrimEnd('.');
        return host.Contains('.', StringComparison.Ordinal) && !InnerNames.Any(inner => host.EndsWith(inner, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsPublic(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !(bytes[0] is 0 or 10 or 127 or >= 224
                || (bytes[0] == 100 && bytes[1] is >= 64 and < 128)
                || (bytes[0] == 169 && bytes[1] == 254)
                || (bytes[0] == 172 && bytes[1] is >= 16 and < 32)
                || (bytes[0] == 192 && bytes[1] == 168))
            : !(IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6LinkLocal || address.IsIPv6Multicast
                || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal);
    }
}
