using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Events;
using ReserveConnect.Inventory.Amenities;
using ReserveConnect.Inventory.Feeds;
using ReserveConnect.Inventory.Search;
using ReserveConnect.Inventory.Search.Sql;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Inventory;

/// <summary>What this slice brings into the container.</summary>
public static class InventoryRegistration
{
    /// <summary>Registers quotes, search, sync and the availability index. Needs the database, the clock and the Host's client.</summary>
    public static IServiceCollection AddInventory(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<InventoryOptions>()
            .Bind(configuration.GetSection(InventoryOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddOptions<SearchOptions>()
            .Bind(configuration.GetSection(SearchOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<Alternatives>();
        services.AddSingleton<UnknownAmenities>();
        services.AddSingleton<MapAmenity>();
        services.AddSingleton<Availability>();
        services.AddSingleton<SyncJobs>();
        services.AddOptions<HostSyncOptions>()
            .Bind(configuration.GetSection(HostSyncOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<RefusalBook>();
        services.AddSingleton<PageReader>();
        services.AddSingleton<HostSync>();
        services.AddSingleton<PropertySync>();
        services.AddSingleton<PropertyRetries>();
        services.AddSingleton<PropertyCheck>();
        services.AddSingleton<HostCatchUp>();
        services.AddSingleton<HostBookingChanged>();
        services.AddSingleton<SyncRefusals>();
        services.AddSingleton<SyncJobList>();
        services.AddEventHandler<HostChanged>();
        services.AddSingleton<AvailabilityIndex>();
        services.AddSingleton<SqlSearches>();
        services.AddSingleton<SqlAlternatives>();
        services.AddSingleton<StaySearches>();
        services.AddSingleton<PropertyDetails>();
        services.AddSingleton<CalendarMonths>();
        services.AddSingleton<UnitFreshness>();
        services.AddSingleton<CalendarFeeds>();
        services.AddSingleton<IndexRefresher>();
        services.AddSingleton<IndexFollower>();
        services.AddHostedService<IndexKeeper>();
        return services;
    }
}
