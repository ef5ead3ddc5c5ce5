using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Search;
using ReserveConnect.Inventory.Sync;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Inventory;

/// <summary>A database of its own with the application's services on it; noon of 2 March 2026 in Urubici.</summary>
internal sealed class InventoryWorld : IAsyncDisposable
{
    /// <summary>The first city of the migrations.</summary>
    public static readonly Guid Urubici = Guid.Parse("0198b0a0-0000-7000-8000-000000000001");

    /// <summary>Today in the city.</summary>
    public static readonly DateOnly Today = new(2026, 3, 2);

    private readonly TestDatabase _database;
    private readonly ServiceProvider _services;

    private InventoryWorld(TestDatabase database, ServiceProvider services, ShiftedClock clock)
    {
        _database = database;
        _services = services;
        Clock = clock;
    }

    public ShiftedClock Clock { get; }

    public string ConnectionString => _database.ConnectionString;

    public static async Task<InventoryWorld> CreateAsync(string hostUrl = "http://127.0.0.1:9", params (string Key, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync();
        var clock = ShiftedClock.At(new DateTimeOffset(2026, 3, 2, 15, 0, 0, TimeSpan.Zero));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings(database.AppConnectionString, hostUrl, settings)).Build();
        var services = new ServiceCollection()
            .AddLogging()
            .AddReserveConnect(configuration)
            .AddSingleton<TimeProvider>(clock)
            .BuildServiceProvider();
        return new InventoryWorld(database, services, clock);
    }

    /// <summary>The configuration of an application on this database and Host.</summary>
    public static Dictionary<string, string?> Settings(string connectionString, string hostUrl, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Reserve:Database:ConnectionString"] = connectionString,
            ["Reserve:HostConnect:BaseUrl"] = hostUrl,
            ["Reserve:HostConnect:ApiKey"] = "host",
            ["Reserve:HostConnect:WebhookSecret"] = "host",
            ["Reserve:HostConnect:Retries"] = "0",
            ["Reserve:Stripe:ApiKey"] = "sk_test",
            ["Reserve:Stripe:WebhookSecret"] = "whsec",
            ["Reserve:MercadoPago:AccessToken"] = "TEST",
            ["Reserve:MercadoPago:WebhookSecret"] = "mp",
            ["Reserve:MercadoPago:NotificationUrl"] = "https://reserve.example/api/webhooks/mercadopago",
        };
        foreach (var (key, value) in settings)
            values[key] = value;
        return values;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await OpenAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async Task<int> ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await OpenAsync();
        return await connection.ExecuteAsync(sql, parameters);
    }

    /// <summary>Runs one sync job as the orchestration does, without its retries.</summary>
    public async Task<SyncProgress> SyncAsync(SyncKind kind, bool full = false)
    {
        var plan = (await Get<SyncJobs>().BeginAsync(kind, Urubici, full, CancellationToken.None))!;
        var progress = SyncProgress.Start;
        try
        {
            while (!progress.IsAtEnd)
                progress = await Get<HostSync>().PageAsync(plan, progress, CancellationToken.None);
            await Get<HostSync>().FinishAsync(plan, CancellationToken.None);
        }
        catch (HostSyncException failure)
        {
            await Get<SyncJobs>().FailAsync(plan, failure.Message, CancellationToken.None);
            throw;
        }

        return progress;
    }

    /// <summary>Properties, room types and nights.</summary>
    public async Task SyncAllAsync()
    {
        await SyncAsync(SyncKind.Properties);
        await SyncAsync(SyncKind.RoomTypes);
        await SyncAsync(SyncKind.Availability);
    }

    /// <summary>A unit of a property of its own, with nights from today on.</summary>
    public async Task<Guid> AddUnitAsync(int nights = 30, decimal price = 300.00m, int maxOccupancy = 4, string name = "Casa", Guid? property = null)
    {
        var unit = Guid.CreateVersion7();
        await ExecuteAsync(
            """
            INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug, cleaning_fee)
            VALUES (@property, @property, @Urubici, @name, 'p-' || @property, 80)
            ON CONFLICT (id) DO NOTHING;
            INSERT INTO reserve.unit_map (id, host_unit_id, property_id, name, slug, max_occupancy, base_capacity)
            VALUES (@unit, gen_random_uuid(), @property, 'Quarto', 'q-' || @unit, @maxOccupancy, 2);
            INSERT INTO reserve.rate_plans (id, property_id, unit_id, base_price, extra_guest_fee, cleaning_fee, service_fee_percentage,
                                            length_of_stay_discounts)
            VALUES (gen_random_uuid(), @property, @unit, 200, 50, 80, 5, '[{"min_nights": 7, "percent": 10}]');
            INSERT INTO reserve.availability_calendar (unit_id, date, allotment, price, min_stay, max_stay)
            SELECT @unit, @Today + i, 1, @price, 1, 30
            FROM generate_series(0, @nights - 1) AS i
            """,
            new { property = property ?? Guid.CreateVersion7(), unit, name, Urubici, maxOccupancy, price, Today, nights });
        return unit;
    }

    public Task<Outcome<Quote>> QuoteAsync(Guid unit, DateOnly checkIn, int nights = 2, int adults = 2, int children = 0) =>
        Get<Availability>().QuoteAsync(new StayRequest(unit, checkIn, checkIn.AddDays(nights), adults, children), CancellationToken.None);

    /// <summary>The city as the index has it, read now.</summary>
    public async Task<CityIndex> IndexAsync()
    {
        await Get<AvailabilityIndex>().BuildAllAsync(CancellationToken.None);
        return (await Get<AvailabilityIndex>().GetAsync("urubici", CancellationToken.None))!;
    }

    public static StaySearch Search(DateOnly checkIn, int nights = 2, int adults = 2, int children = 0) => new(
        "urubici", StayDates.Exactly(checkIn, checkIn.AddDays(nights)), adults, children, 0, CatalogueFilter.None, null, null, SearchSort.Price, 20,
        SeenProperties.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }
}
