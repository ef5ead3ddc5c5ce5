using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Npm;

/// <summary>
/// A program that npm fetches and checks: the version and checksums are those of <c>tools/{tool}</c>, the address it
/// comes from is the user's own npm configuration. Install scripts do not run.
/// </summary>
/// <param name="Tool">Folder under <c>tools/</c>.</param>
/// <param name="Title">What the operator calls it.</param>
internal sealed record NpmPin(string Tool, string Title)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the installation may take, and the wait for another launcher's.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets the folder in which npm worked and returns the part of it that is kept; all of it, unless said otherwise.</summary>
    public Func<string, string> Finish { get; init; } = unpacked => unpacked;

    /// <summary>The folder with the pin of <paramref name="tool"/>.</summary>
    public static string FolderOf(string tool) => Path.Combine(Repository.Root, "tools", tool);

    /// <summary>The folder <paramref name="name"/> in <paramref name="folder"/>, installed if it is not there yet.</summary>
    /// <exception cref="LauncherException">npm is missing or fails.</exception>
    public async Task<string> InstallAsync(string folder, string name, Action<string> say, CancellationToken cancellation)
    {
        var installed = Path.Combine(folder, name);
        if (Directory.Exists(installed))
            return installed;

        Directory.CreateDirectory(folder);
        await using var alone = await LockAsync(folder, cancellation);
        if (Directory.Exists(installed))
            return installed;

        say($"{Title}: installing {name} (once)");
        var unpacking = Path.Combine(folder, "unpacking");
        Restart(unpacking);
        foreach (var file in (string[])["package.json", "package-lock.json", ".npmrc"])
            File.Copy(Path.Combine(FolderOf(Tool), file), Path.Combine(unpacking, file));
        await Processes.Tool.RequireAsync(
            new ChildSpec("npm ci", "npm", "ci", "--ignore-scripts") { WorkingDirectory = unpacking },
            Patience,
            cancellation);

        Directory.Move(Finish(unpacking), installed);
        if (Directory.Exists(unpacking))
            Directory.Delete(unpacking, recursive: true);
        return installed;
    }

    private async Task<FileStream> LockAsync(string folder, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, "install.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Another launcher of this checkout is installing; there is nothing to be woken by.
                await Task.Delay(BetweenLooks, patience.Token);
            }
        }
    }

    private static void Restart(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }
}
