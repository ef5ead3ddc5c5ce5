using System.Security.Cryptography;
using ReserveConnect.Database;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.PostgreSql;

namespace ReserveConnect.Trials.World;

/// <summary>An empty, migrated database of a trial, thrown away at the end, and a folder that no other run uses meanwhile.</summary>
internal sealed class FreshStart : IAsyncDisposable
{
    private readonly FileStream _lock;
    private readonly DatabaseServer _server;
    private readonly string _database;

    private FreshStart(string folder, FileStream @lock, DatabaseServer server, string database)
    {
        (Folder, _lock, _server, _database) = (folder, @lock, server, database);
        (ConnectionString, AppConnectionString) = ("", "");
    }

    /// <summary>Where its files go.</summary>
    public string Folder { get; }

    /// <summary>The database as its owner.</summary>
    public string ConnectionString { get; private set; }

    /// <summary>The database as the app's own login.</summary>
    public string AppConnectionString { get; private set; }

    /// <summary>Makes one.</summary>
    /// <param name="trial">What is tried, in a word.</param>
    public static async Task<FreshStart> MakeAsync(string trial, CancellationToken cancellation)
    {
        var folder = Path.Combine(Repository.Local, trial);
        Directory.CreateDirectory(folder);
        var folderLock = FolderLock.Take(folder);
        try
        {
            // Nobody is killed here, so nothing has to wait for the disk.
            var server = await DatabaseServer.StartAsync(
                DatabaseServer.Configured,
                new PostgresOptions(Path.Combine(folder, "postgres")) { StartEmpty = true, Settings = PostgresSettings.ForTests },
                cancellation);
            var start = new FreshStart(folder, folderLock, server, $"{DatabaseServer.ProductDatabase}_{trial}_{Guid.CreateVersion7():N}");
            try
            {
                await start.PrepareAsync(cancellation);
                return start;
            }
            catch
            {
                await start.ThrowAwayAsync();
                throw;
            }
        }
        catch
        {
            await folderLock.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ThrowAwayAsync();
        await _lock.DisposeAsync();
    }

    private async Task PrepareAsync(CancellationToken cancellation)
    {
        ConnectionString = await _server.DatabaseAsync(_database, cancellation);
        await DatabaseRoles.EnsureAsync(ConnectionString, null, cancellation);
        await Migrations.ApplyAsync(ConnectionString, cancellation);
        AppConnectionString = await AppLogin.PrepareAsync(ConnectionString, RandomNumberGenerator.GetHexString(32, lowercase: true), cancellation);
    }

    private async Task ThrowAwayAsync()
    {
        await _server.DropAsync(_database);
        await _server.DisposeAsync();
    }
}
