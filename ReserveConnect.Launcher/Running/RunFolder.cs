using System.Security.Cryptography;
using System.Text;

namespace ReserveConnect.Launcher.Running;

/// <summary>
/// Where <c>./reserve run</c> keeps its data: one folder for the sample city, one for each folder of cities, and others
/// on the Azure Functions host, whose open orchestrations are not in PostgreSQL.
/// </summary>
internal static class RunFolder
{
    private static readonly string LastFile = Path.Combine(Repository.Local, "last-run");

    /// <summary>The folder that belongs to a folder of cities, or to the sample city if that is null.</summary>
    public static string For(string? cityFolder, bool azure = false)
    {
        var run = azure ? "run-azure" : "run";
        if (cityFolder is null)
            return Path.Combine(Repository.Local, run);
        var full = Path.GetFullPath(cityFolder);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..8];
        return Path.Combine(Repository.Local, $"{run}-{Path.GetFileName(Path.TrimEndingDirectorySeparator(full))}-{hash}");
    }

    /// <summary>The folder of the last run.</summary>
    /// <exception cref="LauncherException">There was none.</exception>
    public static string Last =>
        File.Exists(LastFile)
            ? File.ReadAllText(LastFile).Trim()
            : throw new LauncherException("there was no run yet; start one with ./reserve run");

    /// <summary>Notes that <paramref name="folder"/> is the last run's.</summary>
    public static void Remember(string folder)
    {
        Directory.CreateDirectory(Repository.Local);
        File.WriteAllText(LastFile, folder);
    }
}
