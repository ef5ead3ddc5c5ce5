using System.Globalization;
using ReserveConnect.Launcher.Processes;
using ReserveConnect.Payments;

namespace ReserveConnect.Launcher.Running;

/// <summary>The sandbox as a child: stand-ins for Host Connect, Stripe, Mercado Pago and SendGrid.</summary>
internal static class SandboxChild
{
    /// <summary>How to start it.</summary>
    public static ChildSpec Spec(StackOptions options, StackPorts ports, StackSecrets secrets)
    {
        var webhooks = $"http://127.0.0.1:{ports.Functions}/api/webhooks";
        var environment = new Dictionary<string, string?>
        {
            ["Sandbox__HostConnect__Url"] = $"http://127.0.0.1:{ports.HostConnect}",
            ["Sandbox__HostConnect__ApiKey"] = secrets.HostConnectApiKey,
            ["Sandbox__HostConnect__WebhookSecret"] = secrets.HostConnectWebhookSecret,
            ["Sandbox__Stripe__Url"] = $"http://127.0.0.1:{ports.Stripe}",
            ["Sandbox__Stripe__SecretKey"] = secrets.StripeSecretKey,
            ["Sandbox__Stripe__PublishableKey"] = secrets.StripePublishableKey,
            ["Sandbox__Stripe__WebhookSecret"] = secrets.StripeWebhookSecret,
            ["Sandbox__MercadoPago__Url"] = $"http://127.0.0.1:{ports.MercadoPago}",
            ["Sandbox__MercadoPago__AccessToken"] = secrets.MercadoPagoAccessToken,
            ["Sandbox__MercadoPago__WebhookSecret"] = secrets.MercadoPagoWebhookSecret,
            ["Sandbox__SendGrid__Url"] = $"http://127.0.0.1:{ports.SendGrid}",
            ["Sandbox__SendGrid__ApiKey"] = secrets.SendGridApiKey,
            ["Sandbox__Webhooks__HostConnect"] = $"{webhooks}/host",
            ["Sandbox__Webhooks__Stripe"] = $"{webhooks}/stripe",
            ["Sandbox__Webhooks__MercadoPago"] = $"{webhooks}/mercadopago",
            ["Sandbox__State__Directory"] = Path.Combine(options.Folder, "sandbox"),
            ["Sandbox__City__Directory"] = options.CityFolder,
            ["Sandbox__Clock__Offset"] = options.ClockOffset.ToString("c", CultureInfo.InvariantCulture),
        };
        // The endpoint is set up as infra/README.md says that it is at Stripe.
        foreach (var (number, type) in StripeReports.Types.Order(StringComparer.Ordinal).Index())
            environment[$"Sandbox__Stripe__EnabledEvents__{number}"] = type;
        foreach (var (name, value) in options.SandboxSettings)
            environment[name] = value;
        return new ChildSpec("sandbox", "dotnet", Assemblies.Of("ReserveConnect.Sandbox"))
        {
            Environment = environment,
            StopPatience = options.SandboxStopPatience,
        };
    }

    /// <summary>True for the line that the sandbox prints once its servers answer.</summary>
    public static bool IsReady(string line) => line.StartsWith("ready ", StringComparison.Ordinal);
}
