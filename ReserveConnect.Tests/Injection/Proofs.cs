using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Documentation;

namespace ReserveConnect.Tests.Injection;

/// <summary>
/// What lets a request through to its function, by the scheme that the document names; an account's token by the least role
/// that may call.
/// </summary>
/// <param name="tokens">By role, <c>guest</c> to <c>admin</c>; <c>booking</c> is one booking's.</param>
internal sealed class Proofs(Marketplace market, IReadOnlyDictionary<string, string> tokens)
{
    /// <summary>Proves who calls. Where nobody has to be known nobody is; signatures come last, over what is sent.</summary>
    public void Add(PublishedOperation operation, HttpRequestMessage request, byte[] body)
    {
        if (operation.Content["security"]!.AsArray().Select(requirement => requirement!.AsObject()).MinBy(requirement => requirement.Count) is not { Count: > 0 } needed)
        {
            return;
        }

        var (scheme, roles) = (needed.First().Key, needed.First().Value!.AsArray().Select(role => $"{role}"));
        switch (scheme)
        {
            case "access_token" when operation.Content["security"]!.AsArray().Any(other => other!.AsObject().ContainsKey("operator_key")):
            case "operator_key":
                Set(request, "X-Operator-Key", market.OperatorsKey);
                break;
            case "access_token":
                var token = roles.Select(tokens.GetValueOrDefault).FirstOrDefault(known => known is not null)
                    ?? throw new InvalidOperationException($"{operation.Id}: nobody here is {string.Join(" or ", roles)}");
                Set(request, "Authorization", $"Bearer {token}");
                break;
            case "stripe_signature":
                var seconds = market.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                Set(request, "Stripe-Signature", $"t={seconds},v1={Hmac("whsec_sandbox", [.. Encoding.UTF8.GetBytes(seconds + "."), .. body])}");
                break;
            case "x_signature":
                var (stamp, id) = (market.Clock.GetUtcNow().ToUnixTimeSeconds(), HttpUtility.ParseQueryString(new Uri(market.Api.BaseAddress!, request.RequestUri!).Query)["data.id"]);
                var manifest = $"id:{id};request-id:{request.Headers.GetValues("x-request-id").Single()};ts:{stamp};";
                Set(request, "x-signature", $"ts={stamp},v1={Hmac("mp_sandbox_webhook_secret", Encoding.UTF8.GetBytes(manifest))}");
                break;
            default:
                throw new InvalidOperationException($"{operation.Id}: nobody here knows how to prove {scheme}");
        }
    }

    /// <summary>The same place with something else in it.</summary>
    public static void Forge(HttpRequestMessage request, string scheme, string text) => Set(
        request,
        scheme switch { "access_token" => "Authorization", _ => $"{Published.Document["components"]!["securitySchemes"]![scheme]!["name"]}" },
        scheme == "access_token" ? $"Bearer {text}" : text);

    private static void Set(HttpRequestMessage request, string header, string value)
    {
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
    }

    private static string Hmac(string secret, byte[] message) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), message));
}
