using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>Makes a new cluster with initdb.</summary>
internal static class PostgresCluster
{
    private static readonly TimeSpan ChownPatience = TimeSpan.FromMinutes(1);

    /// <summary>Makes the cluster if the folder has none. An initdb that was cut off starts over.</summary>
    public static async Task CreateAsync(PostgresFolder folder, string binaries, Account account, PostgresOptions options, CancellationToken cancellation)
    {
        if (folder.HasCluster)
            return;

        Remove(folder.UnfinishedCluster);
        Directory.CreateDirectory(folder.UnfinishedCluster);
        var passwordFile = folder.UnfinishedCluster + ".password";
        File.Copy(Keep(folder), passwordFile, overwrite: true);
        try
        {
            await OwnAsync(account, [folder.UnfinishedCluster, passwordFile], cancellation);
            string[] arguments =
            [
                "-D", folder.UnfinishedCluster, "--username", EmbeddedPostgres.Superuser, "--pwfile", passwordFile,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
                "--locale", "C", "--data-checksums",
                .. options.Settings["fsync"] == "off" ? (string[])["--no-sync"] : [],
            ];
            await Tool.RequireAsync(
                new ChildSpec("initdb", Path.Combine(binaries, "bin", "initdb"), arguments) { Account = account, WorkingDirectory = folder.Path },
                options.InitPatience,
                cancellation);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Remove(folder.Cluster);
        Directory.Move(folder.UnfinishedCluster, folder.Cluster);
    }

    private static string Keep(PostgresFolder folder)
    {
        folder.Password();
        return Path.Combine(folder.Path, "password");
    }

    private static async Task OwnAsync(Account account, string[] paths, CancellationToken cancellation)
    {
        if (account.UserName is { } user)
            await Tool.RequireAsync(new ChildSpec("chown", "chown", ["-R", $"{user}:", .. paths]), ChownPatience, cancellation);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
