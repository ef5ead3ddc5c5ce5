using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ReserveConnect.Launcher.Running;

/// <summary>The keys and webhook secrets that sandbox and functions share, made at random once per data folder.</summary>
/// <param name="HostConnectApiKey">This channel's key at the Host.</param>
/// <param name="HostConnectWebhookSecret">What the Host signs with.</param>
/// <param name="StripeSecretKey">The account's secret key.</param>
/// <param name="StripePublishableKey">The account's publishable key, which a guest's browser has.</param>
/// <param name="StripeWebhookSecret">What Stripe signs with.</param>
/// <param name="MercadoPagoAccessToken">The account's token.</param>
/// <param name="MercadoPagoWebhookSecret">What Mercado Pago signs with.</param>
/// <param name="SendGridApiKey">The account's key.</param>
/// <param name="TokenSigningKeys">What the functions sign access tokens with; the sandbox does not know it.</param>
/// <param name="AccountSecretKeys">What the functions derive and encrypt with; the sandbox does not know it.</param>
/// <param name="OperatorKey">What the launcher shows the functions to run their jobs.</param>
/// <param name="DatabasePassword">Of the functions' login.</param>
public sealed record StackSecrets(
    string HostConnectApiKey,
    string HostConnectWebhookSecret,
    string StripeSecretKey,
    string StripePublishableKey,
    string StripeWebhookSecret,
    string MercadoPagoAccessToken,
    string MercadoPagoWebhookSecret,
    string SendGridApiKey,
    string OperatorKey,
    string TokenSigningKeys,
    string AccountSecretKeys,
    string DatabasePassword)
{
    private const int SecretLength = 32;

    /// <summary>Every guest's browser has this one: it is no secret, and always the same.</summary>
    private const string PublishableKey = "pk_test_reserve_connect";

    /// <summary>The secrets kept in <paramref name="file"/>, made now if there is none; readable by this account alone.</summary>
    public static StackSecrets LoadOrCreate(string file)
    {
        var kept = File.Exists(file)
            ? JsonSerializer.Deserialize<StackSecrets>(File.ReadAllText(file)) ?? throw new LauncherException($"{file} is empty; remove it")
            : null;
        if (kept is { SendGridApiKey: not null, TokenSigningKeys: not null, AccountSecretKeys: not null, DatabasePassword: not null })
            return kept;

        var made = kept is not null
            // A data folder of before one of these: the rest stays, what was signed with it too.
            ? kept with
            {
                SendGridApiKey = kept.SendGridApiKey ?? $"SG.{Random()}",
                TokenSigningKeys = kept.TokenSigningKeys ?? Key(),
                AccountSecretKeys = kept.AccountSecretKeys ?? Key(),
                DatabasePassword = kept.DatabasePassword ?? Random(),
            }
            : new StackSecrets(
                $"hc_{Random()}", $"hcwh_{Random()}", $"sk_test_{Random()}", PublishableKey, $"whsec_{Random()}", $"TEST-{Random()}", $"mpwh_{Random()}",
                $"SG.{Random()}", $"op_{Random()}", Key(), Key(), Random());
        using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(made)));
        return made;
    }

    private static string Key() => $"first:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretLength))}";

    private static string Random() => RandomNumberGenerator.GetHexString(SecretLength, lowercase: true);
}
