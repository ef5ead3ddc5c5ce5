using System.Globalization;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Azure;

/// <summary>Azurite as a child: the storage account that the Functions host keeps its locks, keys and task hub in.</summary>
internal static class AzuriteChild
{
    /// <summary>How to start it on the loopback interface.</summary>
    /// <param name="script">Its main script.</param>
    /// <param name="dataFolder">Where it keeps its data; made if it is not there.</param>
    /// <param name="ports">Where it listens.</param>
    /// <param name="options">How long it may take to stop.</param>
    public static ChildSpec Spec(string script, string dataFolder, AzuritePorts ports, AzureRunOptions options)
    {
        Directory.CreateDirectory(dataFolder);
        return new ChildSpec(
            "azurite",
            "node",
            script,
            "--silent",
            "--disableTelemetry",
            // The Functions host may ask in a newer version of the storage API than Azurite knows by name.
            "--skipApiVersionCheck",
            "--location", dataFolder,
            "--blobHost", "127.0.0.1", "--blobPort", Number(ports.Blob),
            "--queueHost", "127.0.0.1", "--queuePort", Number(ports.Queue),
            "--tableHost", "127.0.0.1", "--tablePort", Number(ports.Table))
        {
            WorkingDirectory = dataFolder,
            StopPatience = options.AzuriteStopPatience,
        };
    }

    /// <summary>
    /// Asks its three endpoints, which it opens one after the other, until it answers at all of them, whatever it thinks
    /// of an unsigned question, and no other server in its place.
    /// </summary>
    /// <exception cref="LauncherException">It ended, or did not answer in time: with its last lines.</exception>
    public static async Task UntilReadyAsync(Child azurite, AzuritePorts ports, TimeSpan patience, CancellationToken cancellation)
    {
        foreach (var (service, endpoint) in ports.Endpoints)
        {
            await azurite.UntilAsync(
                new Uri(endpoint, $"{AzuritePorts.Account}?comp=list"),
                answer => answer.Headers.Server.ToString().StartsWith($"Azurite-{service}/", StringComparison.Ordinal),
                patience,
                cancellation);
        }
    }

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);
}
