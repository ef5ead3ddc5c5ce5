using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Infra;

/// <summary>The Bicep command line, which the build fetches as a package for Linux x64 (ReserveConnect.Tests.csproj).</summary>
internal static class Bicep
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Where it is; null on a platform for which the build fetches none.</summary>
    public static string? Executable { get; } = typeof(Bicep).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .SingleOrDefault(metadata => metadata.Key == "Bicep")?.Value;

    /// <summary>A file of <c>infra/</c>.</summary>
    public static string Infra(string path) => Path.Combine(TestFolders.Root, "infra", path);

    /// <summary>What would be deployed with these parameters, evaluated by Bicep without asking Azure.</summary>
    /// <param name="parameters">Lines of a <c>.bicepparam</c> file beside the required ones.</param>
    public static async Task<JsonObject> SnapshotAsync(params string[] parameters)
    {
        var folder = Directory.CreateDirectory(TestFolders.Local($"bicep/{Guid.CreateVersion7():N}"));
        try
        {
            var file = Path.Combine(folder.FullName, "main.bicepparam");
            await File.WriteAllLinesAsync(file, ["using '../../../infra/main.bicep'", .. Required, .. parameters]);
            var run = await RunAsync(
                "snapshot", file, "--mode", "overwrite", "--subscription-id", Guid.Empty.ToString(), "--location", "brazilsouth");
            return run.ExitCode == 0
                ? JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "main.snapshot.json")))!.AsObject()
                : throw new BicepException(run.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs it.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var bicep = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        var output = bicep.StandardOutput.ReadToEndAsync(limit.Token);
        var error = bicep.StandardError.ReadToEndAsync(limit.Token);
        await bicep.WaitForExitAsync(limit.Token);
        return (bicep.ExitCode, (await output).Trim(), (await error).Trim());
    }

    private static IEnumerable<string> Required =>
    [
        "param environmentName = 'proof'",
        $"param databaseAdminObjectId = '{Guid.Empty}'",
        "param databaseAdminName = 'administrators'",
        .. new[] { "hostConnectBaseUrl", "publicUrl", "emailFromAddress", "alertEmail" }.Select(name => $"param {name} = '{name}'"),
        .. InfraFiles.SecureParameters.Where(name => name != "pagerDutyUrl").Select(name => $"param {name} = 'not-a-secret'"),
    ];
}

/// <summary>Bicep refused.</summary>
internal sealed class BicepException(string message) : Exception(message);

/// <summary>A test that runs Bicep. Where there is none it is counted as skipped and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute()
    {
        if (Bicep.Executable is null)
        {
            Skip = "the pinned Bicep is fetched for Linux x64 only: infra/ is not compiled on this machine, CI does it";
        }
    }
}
