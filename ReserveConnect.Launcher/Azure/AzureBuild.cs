using System.Text.RegularExpressions;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Azure;

/// <summary>
/// The functions compiled against the official packages and published, in folders of their own: the embedded host's
/// build stays as it is.
/// </summary>
internal static partial class AzureBuild
{
    private const string NuGetIsMissing = "the public NuGet gallery, or a mirror of it, must be among the sources (dotnet nuget list source)";

    /// <summary>Restores, builds and publishes <paramref name="project"/> with <c>FunctionsHost=azure</c>; returns the published app.</summary>
    /// <exception cref="LauncherException">A package cannot be restored (which), or the build fails (its errors).</exception>
    public static async Task<string> PublishAsync(string project, AzureRunOptions options, Action<string> say, CancellationToken cancellation)
    {
        say("building the functions against the official Azure packages");
        string[] common =
        [
            project,
            "-p:FunctionsHost=azure",
            $"-p:ArtifactsPath={Path.Combine(options.BuildFolder, "build")}",
            "--nologo", "--verbosity", "quiet", "-consoleLoggerParameters:NoSummary",
        ];
        await RestoreAsync(project, common, options, cancellation);

        var app = Path.Combine(options.BuildFolder, "app");
        var published = await Tool.RunAsync(
            Dotnet("publish", [.. common, "--no-restore", "--configuration", "Release", "--output", app]), options.BuildPatience, cancellation);
        return published.ExitCode == 0
            ? app
            : throw new LauncherException($"the functions do not build with FunctionsHost=azure:{Environment.NewLine}{string.Join(Environment.NewLine, Errors(published.Output))}");
    }

    private static async Task RestoreAsync(string project, string[] common, AzureRunOptions options, CancellationToken cancellation)
    {
        var lockFile = Path.Combine(project, "packages.azure.lock.json");
        var wasLocked = File.Exists(lockFile);
        var restored = await Tool.RunAsync(Dotnet("restore", common), options.RestorePatience, cancellation);
        if (restored.ExitCode == 0)
            return;

        // A restore that fails writes down what it did find; nobody is to commit half a list.
        if (!wasLocked)
            File.Delete(lockFile);
        throw new LauncherException(WhyNotRestored(restored.Output));
    }

    /// <summary>What restore said, as something to act on.</summary>
    internal static string WhyNotRestored(string output)
    {
        string[] packages = [.. NotFound().Matches(output).Select(found => found.Groups["package"].Value).Distinct().Order(StringComparer.Ordinal)];
        return packages.Length > 0
            ? $"the azure host needs official NuGet packages that no source of this machine has: {string.Join(", ", packages)}; {NuGetIsMissing}"
            : $"the official NuGet packages of the azure host cannot be restored; {NuGetIsMissing}:{Environment.NewLine}{string.Join(Environment.NewLine, Errors(output))}";
    }

    private static ChildSpec Dotnet(string verb, string[] arguments) =>
        new($"dotnet {verb}", "dotnet", [verb, .. arguments]) { WorkingDirectory = Repository.Root };

    private static IEnumerable<string> Errors(string output)
    {
        var errors = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)).Distinct();
        return errors.Any() ? errors : [output.Trim()];
    }

    // NU1101 no such package, NU1102 no such version, NU1103 only previews.
    [GeneratedRegex(@"NU110[123]: Unable to find (?:a stable )?package (?<package>[^\s.]+(?:\.[^\s.]+)*(?: with version \([^)]*\))?)")]
    private static partial Regex NotFound();
}
