using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Launcher.Processes;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Launcher;

/// <summary>The server's programs as the launcher installs them.</summary>
internal static class InstalledPostgres
{
    /// <summary>The folder that holds one folder per version.</summary>
    public static async Task<string> FolderAsync()
    {
        var folder = await ReachableFolder.ForAsync(TestFolders.Local("postgres"), Account.ForServer(), CancellationToken.None);
        await PostgresPackage.InstallAsync(folder, new PostgresOptions(""), CancellationToken.None);
        return folder;
    }
}
