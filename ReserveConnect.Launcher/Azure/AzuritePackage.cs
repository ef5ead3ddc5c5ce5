using System.Text.Json;
using ReserveConnect.Launcher.Npm;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Azure;

/// <summary>Azurite, the storage emulator, from the npm package pinned in <c>tools/azurite</c>.</summary>
internal static class AzuritePackage
{
    /// <summary>Azurite's main script, which Node.js runs; installed if it is not there yet.</summary>
    /// <exception cref="LauncherException">Node.js is missing, or npm cannot install it: with what to do.</exception>
    public static async Task<string> InstallAsync(AzureRunOptions options, Action<string> say, CancellationToken cancellation)
    {
        if (Executables.Find("node") is null || Executables.Find("npm") is null)
            throw new LauncherException("Azurite needs Node.js with npm; get it from the page \"Download Node.js\" (nodejs.org), version 20 or later");
        try
        {
            var installed = await new NpmPin("azurite", "Azurite") { Patience = options.InstallPatience }
                .InstallAsync(options.AzuriteFolder, PinnedVersion(), say, cancellation);
            return Path.Combine(installed, "node_modules", "azurite", "dist", "src", "azurite.js");
        }
        catch (LauncherException failure)
        {
            throw new LauncherException(
                $"Azurite {PinnedVersion()} cannot be installed; npm must reach a registry that has it (npm config get registry). {failure.Message}",
                failure);
        }
    }

    /// <summary>The version of the pin.</summary>
    public static string PinnedVersion()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(NpmPin.FolderOf("azurite"), "package.json")));
        return json.RootElement.GetProperty("dependencies").GetProperty("azurite").GetString()!;
    }
}
