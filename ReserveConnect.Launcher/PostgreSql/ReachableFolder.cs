using System.Security.Cryptography;
using System.Text;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>
/// Folders for a server that runs as another account than this process: a checkout under <c>/root</c> is closed to
/// it, and then its files live under <see cref="Fallback"/>.
/// </summary>
internal static class ReachableFolder
{
    /// <summary>Where root keeps what the server's account could not reach in its own place.</summary>
    public const string Fallback = "/var/lib/reserve-connect";

    private const UnixFileMode OpenToAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary><paramref name="folder"/>, or its substitute (stable, named after it) if the account cannot enter it.</summary>
    public static async Task<string> ForAsync(string folder, Account account, CancellationToken cancellation)
    {
        folder = Path.GetFullPath(folder);
        if (account.UserName is null)
            return folder;

        var existing = folder;
        while (!Directory.Exists(existing))
            existing = Path.GetDirectoryName(existing)!;
        var entered = await Tool.RunAsync(
            new ChildSpec("test -x", "/bin/sh", "-c", "test -x \"$1\"", "sh", existing) { Account = account },
            Patience,
            cancellation);
        if (entered.ExitCode == 0)
            return folder;

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..12];
        return Path.Combine(Fallback, $"{Path.GetFileName(folder)}-{hash}");
    }

    /// <summary>Makes the folder and its missing parents enterable by everybody, whatever the umask.</summary>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (Path.GetDirectoryName(folder) is { } parent)
            Create(parent);
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, OpenToAll);
    }
}
