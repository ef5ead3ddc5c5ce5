using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Commands;

namespace ReserveConnect.Benchmarks;

/// <summary>What the operator asked for, and every size and bound of the benchmarks.</summary>
internal sealed record BenchOptions
{
    /// <summary>How it is called.</summary>
    public const string Usage =
        """
        ./reserve bench [load] [bookings] [webhooks] [postings] [payouts] [reconciliation] [race] [search] [index] [sync] [bigcity] [growth] [--quick] [--profile] [--data DIR]
          without a name: all of them
          --quick      fewer and shorter rounds
          --profile    where the time of bookings and payouts goes (pg_stat_statements, pg_stat_activity, CPU by process)
          --data DIR   folder with {city}-listings.csv[.gz] and {city}-calendar.csv[.gz]; by default ../shared/data
        """;

    private static readonly string[] All = ["load", "bookings", "webhooks", "postings", "payouts", "reconciliation", "race", "search", "index", "sync", "bigcity", "growth"];

    /// <summary>Names of the benchmarks to run.</summary>
    public IReadOnlyList<string> Names { get; private init; } = All;

    /// <summary>Folder of the city.</summary>
    public string CityFolder { get; private init; } = Path.Combine(Repository.Root, "..", "shared", "data");

    /// <summary>Print where the time of bookings and payouts goes.</summary>
    public bool Profile { get; private init; }

    /// <summary>Guests, or searching users, at once.</summary>
    public int Guests { get; private init; } = 100;

    /// <summary>How often each figure is taken; the median counts.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>Bookings before the first round, to compile and to fill caches.</summary>
    public int WarmUpBookings { get; private init; } = 600;

    /// <summary>Bookings of a round.</summary>
    public int BookingsPerRound { get; private init; } = 600;

    /// <summary>Guests who arrive in a second to book, when it is not a hundred who wait for each other.</summary>
    public double BookingRate { get; private init; } = 30;

    /// <summary>How long they arrive.</summary>
    public TimeSpan ArrivalTime { get; private init; } = TimeSpan.FromSeconds(20);

    /// <summary>Webhooks that arrive in a second.</summary>
    public double WebhookRate { get; private init; } = 200;

    /// <summary>Bookings whose payments they tell of.</summary>
    public int ReportedBookings { get; private init; } = 100;

    /// <summary>How long a booking may take until it is lost.</summary>
    public TimeSpan BookingPatience { get; private init; } = TimeSpan.FromSeconds(60);

    /// <summary>Rounds of the race for one room-night.</summary>
    public int RaceRounds { get; private init; } = 50;

    /// <summary>Length of a round of searches or of a baseline.</summary>
    public TimeSpan RoundTime { get; private init; } = TimeSpan.FromSeconds(8);

    /// <summary>Searches that arrive in a second.</summary>
    public double SearchRate { get; private init; } = 500;

    /// <summary>Units of the generated city that is searched over HTTP.</summary>
    public int BigCityUnits { get; private init; } = 100_000;

    /// <summary>Nights of each of them.</summary>
    public int BigCityDays { get; private init; } = 60;

    /// <summary>Searches of it that arrive in a second.</summary>
    public double BigCityRate { get; private init; } = 20;

    /// <summary>Units of the cities that the index alone is tried on.</summary>
    public IReadOnlyList<int> GrowthUnits { get; private init; } = [1_000, 10_000, 100_000, 1_000_000];

    /// <summary>Scale of TPC-B: 100,000 accounts each.</summary>
    public int TpcbScale { get; private init; } = 10;

    /// <summary>Clients of TPC-B.</summary>
    public int TpcbClients { get; private init; } = 16;

    /// <summary>Entries that the journal has when its trial balance is read.</summary>
    public long LedgerEntries { get; private init; } = 1_000_000;

    /// <summary>Transactions of the day that is reconciled.</summary>
    public int ReconciledTransactions { get; private init; } = 100_000;

    /// <summary>Properties that one run of payouts pays.</summary>
    public int PayoutProperties { get; private init; } = 3_000;

    /// <summary>Reservations that it pays them for, as many each.</summary>
    public int PayoutReservations { get; private init; } = 50_000;

    /// <summary>How long the run may take until it is lost.</summary>
    public TimeSpan PayoutPatience { get; private init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bare transfers at once: as many activities as a host runs.</summary>
    public int TransfersAtOnce { get; private init; } = 256;

    /// <summary>Round trips of <c>SELECT 1</c>.</summary>
    public int RoundTrips { get; private init; } = 2_000;

    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestPatience { get; private init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the load of the city may take.</summary>
    public TimeSpan LoadPatience { get; private init; } = TimeSpan.FromMinutes(10);

    /// <exception cref="UsageException">Something is unknown.</exception>
    public static BenchOptions Parse(string[] arguments)
    {
        var quick = arguments.Contains("--quick");
        var profile = arguments.Contains("--profile");
        var line = new CommandLine([.. arguments.Except(["--quick", "--profile"])]);
        var options = quick ? Quick : new BenchOptions();
        var data = line.Option("--data");
        List<string> names = [];
        while (line.Word() is { } word)
            names.Add(All.Contains(word) ? word : throw new UsageException($"there is no benchmark '{word}'"));
        return options with
        {
            Profile = profile,
            CityFolder = Path.GetFullPath(data ?? options.CityFolder),
            Names = names.Count == 0 ? All : names,
        };
    }

    private static BenchOptions Quick => new()
    {
        Rounds = 1,
        WarmUpBookings = 100,
        BookingsPerRound = 300,
        ArrivalTime = TimeSpan.FromSeconds(8),
        ReportedBookings = 50,
        RaceRounds = 10,
        RoundTime = TimeSpan.FromSeconds(3),
        BigCityUnits = 10_000,
        GrowthUnits = [1_000, 10_000, 100_000],
        LedgerEntries = 100_000,
        ReconciledTransactions = 10_000,
        PayoutProperties = 300,
        PayoutReservations = 5_000,
        RoundTrips = 500,
    };
}
