namespace ReserveConnect.Launcher.Azure;

/// <summary>Everything that <c>./reserve run --azure</c> needs and the rest does not, found or made before anything is started.</summary>
/// <param name="Func">Full path of the Core Tools.</param>
/// <param name="Azurite">Azurite's main script.</param>
/// <param name="App">The published app.</param>
internal sealed record AzureParts(string Func, string Azurite, string App)
{
    /// <summary>Finds, installs and builds what is missing; what fails quickly comes first.</summary>
    /// <exception cref="LauncherException">Something is missing: what, and how to get it.</exception>
    public static async Task<AzureParts> PrepareAsync(AzureRunOptions options, Action<string> say, CancellationToken cancellation)
    {
        var func = await CoreTools.FindAsync(options, cancellation);
        var azurite = await AzuritePackage.InstallAsync(options, say, cancellation);
        var app = options.PublishedApp
            ?? await AzureBuild.PublishAsync(Path.Combine(Repository.Root, "ReserveConnect.Functions"), options, say, cancellation);
        return File.Exists(Path.Combine(app, "host.json"))
            ? new AzureParts(func, azurite, app)
            : throw new LauncherException($"{app} is no published function app: it has no host.json");
    }
}
