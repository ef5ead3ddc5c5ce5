using System.Globalization;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Running;

/// <summary>The embedded functions host as a child.</summary>
internal static class FunctionsChild
{
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    /// <summary>How to start it, with all of its configuration as environment variables.</summary>
    public static ChildSpec Spec(StackOptions options, StackPorts ports, StackSecrets secrets, string connectionString)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Reserve__Database__ConnectionString"] = connectionString,
            ["Reserve__Http__Url"] = $"http://127.0.0.1:{ports.Functions}",
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
            ["Reserve__Operations__Key"] = secrets.OperatorKey,
        };
        foreach (var (name, value) in options.FunctionsSettings)
            environment[name] = value;
        return new ChildSpec("functions", "dotnet", Assemblies.Of("ReserveConnect.Functions"))
        {
            Environment = environment,
            StopPatience = options.FunctionsStopPatience,
        };
    }

    /// <summary>Asks <c>health/ready</c> until it says yes.</summary>
    /// <exception cref="LauncherException">The host ended, or was not ready in time: with its last lines.</exception>
    public static async Task UntilReadyAsync(Child functions, Uri url, TimeSpan patience, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = AnswerPatience };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        while (!await IsReadyAsync(http, url, limit.Token))
        {
            if (functions.Exited.IsCompleted)
                throw new LauncherException(functions.Report($"ended with exit code {await functions.Exited} before it was ready"));
            if (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
                throw new LauncherException(functions.Report($"was not ready after {patience.TotalSeconds:0} s"));
            cancellation.ThrowIfCancellationRequested();
            await Task.WhenAny(functions.Exited, Task.Delay(BetweenQuestions, CancellationToken.None));
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri url, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(url, "api/health/ready"), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
