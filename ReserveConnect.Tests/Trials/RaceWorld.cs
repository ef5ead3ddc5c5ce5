using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using ReserveConnect.Tests.Leaks;
using ReserveConnect.Trials.Racing;
using ReserveConnect.Trials.World;
using Xunit;

namespace ReserveConnect.Tests.Trials;

/// <summary>A world of the trials on a test's own database; what its functions log is scanned like everything else. The run is made once, by the first who asks for it.</summary>
public abstract class RaceWorld : IAsyncLifetime
{
    private readonly ScratchFolder _folder = new();
    private readonly Lazy<Task<RunResult>> _run;
    private TestDatabase? _database;

    protected RaceWorld() => _run = new(() => new RaceRun(World).RunAsync(Order, CancellationToken.None));

    /// <summary>What is run in it.</summary>
    internal abstract RunOrder Order { get; }

    /// <summary>Runs of single races that tests make besides.</summary>
    internal virtual int OtherRuns => 0;

    internal TrialWorld World { get; private set; } = null!;

    internal Task<RunResult> RunAsync() => _run.Value;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        World = await TrialWorld.StartAsync(
            new WorldOptions(
                _database.ConnectionString, _database.AppConnectionString, _folder.Path, TrialCity.Of(Nights.UnitsFor(Order.Races.Count + OtherRuns, Order.Seeds)))
            {
                Logs = [new ScannedLog()],
                Settings = Order.Races[0].Settings,
            },
            CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await World.DisposeAsync();
        await _database!.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>The world that most races share.</summary>
public sealed class SharedRaceWorld : RaceWorld
{
    internal override RunOrder Order { get; } = new(RaceList.ByWorld(RaceList.All).First(), TestSeed.Or(1) % 1_000_000, RacesTests.Seeds);

    internal override int OtherRuns => 12;
}

/// <summary>A world whose Host is down now and then for all.</summary>
public sealed class WorldWithoutHost : RaceWorld
{
    internal override RunOrder Order { get; } =
        new([.. RaceList.All.Where(race => race.Name == "host-down")], TestSeed.Or(1) % 1_000_000, Math.Max(1, RacesTests.Seeds / 5));
}

/// <summary>The tests that share <see cref="SharedRaceWorld"/>, and so run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class Racing : ICollectionFixture<SharedRaceWorld>
{
    public const string Name = "races";
}
