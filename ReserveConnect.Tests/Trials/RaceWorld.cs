using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using ReserveConnect.Tests.Leaks;
using ReserveConnect.Trials.World;
using Xunit;

namespace ReserveConnect.Tests.Trials;

/// <summary>A world of the trials on a test's own database; what its functions log is scanned like everything else.</summary>
public class RaceWorld : IAsyncLifetime
{
    private readonly ScratchFolder _folder = new();
    private TestDatabase? _database;

    internal TrialWorld World { get; private set; } = null!;

    /// <summary>Seeds that it has nights for.</summary>
    internal virtual int Seeds => 600;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        World = await TrialWorld.StartAsync(
            new WorldOptions(_database.ConnectionString, _database.AppConnectionString, _folder.Path, Nights.UnitsFor(Seeds)) { Logs = [new ScannedLog()] },
            CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await World.DisposeAsync();
        await _database!.DisposeAsync();
        _folder.Dispose();
    }
}
