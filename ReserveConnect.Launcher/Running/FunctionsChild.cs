using System.Globalization;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Running;

/// <summary>The embedded functions host as a child.</summary>
internal static class FunctionsChild
{
    /// <summary>How to start it, with all of its configuration as environment variables.</summary>
    public static ChildSpec Spec(StackOptions options, StackPorts ports, IReadOnlyDictionary<string, string?> settings)
    {
        var environment = new Dictionary<string, string?>(settings)
        {
            ["Reserve__Http__Url"] = $"http://127.0.0.1:{ports.Functions}",
        };
        foreach (var (name, value) in options.FunctionsSettings)
            environment[name] = value;
        return new ChildSpec("functions", "dotnet", Assemblies.Of("ReserveConnect.Functions"))
        {
            Environment = environment,
            StopPatience = options.FunctionsStopPatience,
        };
    }

    /// <summary>The settings that the functions need on every host.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(StackOptions options, StackPorts ports, StackSecrets secrets, string connectionString) =>
        new Dictionary<string, string?>
        {
            ["Reserve__Database__ConnectionString"] = connectionString,
            ["Reserve__Clock__Offset"] = options.ClockOffset.ToString("c", CultureInfo.InvariantCulture),
            ["Reserve__HostConnect__BaseUrl"] = $"http://127.0.0.1:{ports.HostConnect}",
            ["Reserve__HostConnect__ApiKey"] = secrets.HostConnectApiKey,
            ["Reserve__HostConnect__WebhookSecret"] = secrets.HostConnectWebhookSecret,
            ["Reserve__Stripe__BaseUrl"] = $"http://127.0.0.1:{ports.Stripe}",
            ["Reserve__Stripe__ApiKey"] = secrets.StripeSecretKey,
            ["Reserve__Stripe__WebhookSecret"] = secrets.StripeWebhookSecret,
            ["Reserve__MercadoPago__BaseUrl"] = $"http://127.0.0.1:{ports.MercadoPago}",
            ["Reserve__MercadoPago__AccessToken"] = secrets.MercadoPagoAccessToken,
            ["Reserve__MercadoPago__WebhookSecret"] = secrets.MercadoPagoWebhookSecret,
            ["Reserve__MercadoPago__NotificationUrl"] = $"http://127.0.0.1:{ports.Functions}/api/webhooks/mercadopago",
            ["Reserve__Email__BaseUrl"] = $"http://127.0.0.1:{ports.SendGrid}",
            ["Reserve__Email__ApiKey"] = secrets.SendGridApiKey,
            ["Reserve__Email__FromAddress"] = "bookings@reserve-connect.example",
            ["Reserve__Tokens__SigningKeys"] = secrets.TokenSigningKeys,
            ["Reserve__Accounts__PublicUrl"] = $"http://127.0.0.1:{ports.Functions}",
            ["Reserve__Accounts__SecretKeys"] = secrets.AccountSecretKeys,
            ["Reserve__Operations__Key"] = secrets.OperatorKey,
        };

    /// <summary>Asks <c>health/ready</c> until it says yes.</summary>
    /// <exception cref="LauncherException">The host ended, or was not ready in time: with its last lines.</exception>
    public static Task UntilReadyAsync(Child functions, Uri url, TimeSpan patience, CancellationToken cancellation) =>
        functions.UntilAsync(new Uri(url, "api/health/ready"), answer => answer.IsSuccessStatusCode, patience, cancellation);
}
