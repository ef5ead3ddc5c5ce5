using System.Globalization;
using System.Security.Cryptography;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>The data folder of an embedded server and the files in it.</summary>
internal sealed class PostgresFolder(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The folder itself.</summary>
    public string Path { get; } = path;

    /// <summary>PGDATA.</summary>
    public string Cluster => In("cluster");

    /// <summary>A cluster that initdb has not finished.</summary>
    public string UnfinishedCluster => In("cluster.unfinished");

    /// <summary>The server's own note of its process, in PGDATA.</summary>
    public string PostmasterFile => System.IO.Path.Combine(Cluster, "postmaster.pid");

    /// <summary>True once initdb has made the cluster.</summary>
    public bool HasCluster => File.Exists(System.IO.Path.Combine(Cluster, "PG_VERSION"));

    /// <summary>The superuser's password, made at random on first use and readable by this account alone.</summary>
    public string Password()
    {
        var file = In("password");
        if (!File.Exists(file))
        {
            using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            stream.Write(System.Text.Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(48, lowercase: true)));
        }

        return File.ReadAllText(file);
    }

    /// <summary>The port kept from the last start, or null.</summary>
    public int? Port
    {
        get => File.Exists(In("port")) && int.TryParse(File.ReadAllText(In("port")), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
        set => File.WriteAllText(In("port"), value?.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Removes the cluster with everything stored in it.</summary>
    public void DeleteCluster()
    {
        if (Directory.Exists(Cluster))
            Directory.Delete(Cluster, recursive: true);
    }

    /// <summary>The server process that still runs on this cluster, or null.</summary>
    public int? RunningServer()
    {
        if (!File.Exists(PostmasterFile))
            return null;
        var first = File.ReadLines(PostmasterFile).FirstOrDefault();
        return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Signals.IsAlive(id) && IsServer(id) ? id : null;
    }

    // After a reboot the number in a left-over file may be anybody's.
    private bool IsServer(int processId)
    {
        var commandLine = $"/proc/{processId}/cmdline";
        if (File.Exists(commandLine))
            return File.ReadAllText(commandLine).Split('\0').Contains(Cluster);
        using var process = System.Diagnostics.Process.GetProcessById(processId);
        return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal);
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
