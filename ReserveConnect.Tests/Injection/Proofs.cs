using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using ReserveConnect.Tests.Access;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Documentation;

namespace ReserveConnect.Tests.Injection;

/// <summary>
/// What lets a request through to its function, by the scheme that the document names; an account's token by the least role
/// that may call.
/// </summary>
internal sealed class Proofs(Marketplace market, ValidRequests valid)
{
    private static readonly Dictionary<string, Who> Roles = new()
    {
        ["booking"] = Who.BookingA,
        ["guest"] = Who.GuestA,
        ["owner"] = Who.OwnerA,
        ["agent"] = Who.Agent,
        ["supervisor"] = Who.Supervisor,
        ["admin"] = Who.Admin,
    };

    /// <summary>Whether the operation is one that anybody may call.</summary>
    public static bool NeedsNone(PublishedOperation operation) => Needed(operation) is null;

    /// <summary>Whether the call is one that staff or an operator make here, which their book has.</summary>
    public static bool IsByStaff(PublishedOperation operation) =>
        Needed(operation) is ("operator_key", _) or ("access_token", "agent" or "supervisor" or "admin");

    /// <summary>Proves who calls. Where nobody has to be known nobody is; signatures come last, over what is sent.</summary>
    public void Add(PublishedOperation operation, HttpRequestMessage request, byte[] body)
    {
        if (Needed(operation) is not var (scheme, role))
        {
            return;
        }

        switch (scheme)
        {
            case "operator_key":
                Set(request, "X-Operator-Key", market.OperatorsKey);
                break;
            case "access_token":
                Set(request, "Authorization", $"Bearer {valid.TokenFor(operation) ?? valid.All.TokenOf(Roles[role])}");
                break;
            case "stripe_signature":
                var seconds = market.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                Set(request, "Stripe-Signature", $"t={seconds},v1={Hmac("whsec_sandbox", [.. Encoding.UTF8.GetBytes(seconds + "."), .. body])}");
                break;
            case "host_connect_signature":
                var t = market.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                Set(request, "Host-Connect-Signature", $"t={t},v1={Hmac("hc_sandbox_webhook_secret", [.. Encoding.UTF8.GetBytes(t + "."), .. body])}");
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

    // By the key of the operator where that is enough, else by the least role.
    private static (string Scheme, string Role)? Needed(PublishedOperation operation)
    {
        var ways = operation.Content["security"]!.AsArray().Select(requirement => requirement!.AsObject()).ToList();
        if (ways.Count == 0 || ways.Exists(way => way.Count == 0))
        {
            return null;
        }

        var (scheme, roles) = (ways.Find(way => way.ContainsKey("operator_key")) ?? ways[0]).First();
        return (scheme, $"{roles!.AsArray().FirstOrDefault()}");
    }

    private static void Set(HttpRequestMessage request, string header, string value)
    {
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
    }

    private static string Hmac(string secret, byte[] message) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), message));
}
