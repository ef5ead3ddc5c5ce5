using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Inventory;

/// <summary>Reads one property with its units, as the catalogue shows it.</summary>
public sealed class PropertyDetails(ReserveDatabase database, TimeProvider clock, IOptions<HostSyncOptions> sync)
{
    /// <summary>The property of a slug. Refusal: <c>property_not_found</c>. One round trip.</summary>
    public Task<Outcome<PropertyDetail>> GetAsync(string slug, CancellationToken ct) =>
        database.ReadAsync(Actor.Anonymous, connection => ReadAsync(connection, slug, clock.GetUtcNow() - sync.Value.StaleAfter, ct), ct);

    private static async Task<Outcome<PropertyDetail>> ReadAsync(
        NpgsqlConnection connection, string slug, DateTimeOffset staleBefore, CancellationToken ct)
    {
        using var rows = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            SELECT p.id, p.slug, c.slug AS city, p.name, p.description, p.property_type, p.address, p.postal_code, p.latitude,
                   p.longitude, p.rating, p.reviews_count, p.cancellation_policy, p.amenities_cached::text AS amenities,
                   p.images_cached::text AS images, {HostFreshness.Columns}
            FROM reserve.properties_map p
            JOIN reserve.cities c ON c.id = p.city_id
            {HostFreshness.Join}
            WHERE p.slug = @slug
              AND p.is_published
              AND p.is_active
              AND c.is_active;

            SELECT u.id, u.slug, u.name, u.description, u.max_occupancy, u.base_capacity, u.size_m2,
                   u.bed_configuration::text AS beds, u.amenities_cached::text AS amenities, u.images_cached::text AS images,
                   r.base_price, r.extra_guest_fee, r.cleaning_fee, r.currency, r.length_of_stay_discounts::text AS discounts,
                   {UnitOfferSql.Seasons} AS seasons
            FROM reserve.properties_map p
            JOIN reserve.unit_map u ON u.property_id = p.id
            JOIN reserve.rate_plans r ON r.unit_id = u.id AND NOT r.is_season
            WHERE p.slug = @slug
              AND u.is_active
            ORDER BY r.base_price, u.id
            """,
            new { slug, staleBefore },
            cancellationToken: ct));
        return await rows.ReadSingleOrDefaultAsync<PropertyRow>() is { } property
            ? property.With([.. (await rows.ReadAsync<UnitRow>()).Select(unit => unit.ToDetail())])
            : Refusal.NotFound("property_not_found", "There is no such property.");
    }

    private sealed record PropertyRow(
        Guid Id, string Slug, string City, string Name, string Description, string PropertyType, string? Address,
        string? PostalCode, double? Latitude, double? Longitude, decimal? Rating, int ReviewsCount, string CancellationPolicy,
        string Amenities, string Images, DateTimeOffset? HostLastSyncedAt, bool IsStale)
    {
        public PropertyDetail With(IReadOnlyList<UnitDetail> units) => new(
            Id, Slug, City, Name, Description, PropertyType, Address, PostalCode, Latitude, Longitude, Rating, ReviewsCount,
            CancellationPolicy, UnitOfferSql.List<string>(Amenities), UnitOfferSql.List<string>(Images), HostLastSyncedAt, IsStale, units);
    }

    private sealed record UnitRow(
        Guid Id, string Slug, string Name, string Description, int MaxOccupancy, int BaseCapacity, int? SizeM2, string Beds,
        string Amenities, string Images, decimal BasePrice, decimal ExtraGuestFee, decimal CleaningFee, string Currency, string Discounts,
        string Seasons)
    {
        public UnitDetail ToDetail() => new(
            Id, Slug, Name, Description, MaxOccupancy, BaseCapacity, SizeM2, JsonSerializer.Deserialize<Bed[]>(Beds, EventJson.Options)!,
            UnitOfferSql.List<string>(Amenities), UnitOfferSql.List<string>(Images), BasePrice, ExtraGuestFee, CleaningFee, Currency,
            UnitOfferSql.List<LengthOfStayDiscount>(Discounts),
            Array.ConvertAll(UnitOfferSql.List<SeasonColumns>(Seasons), season => season.ToDetail()));
    }
}

/// <summary>A property as the catalogue shows it.</summary>
/// <param name="HostLastSyncedAt">When the Host last confirmed it, UTC.</param>
/// <param name="IsStale">The Host has confirmed it too long ago, or says something of it that cannot be taken over.</param>
/// <param name="Units">Cheapest first.</param>
public sealed record PropertyDetail(
    Guid Id, string Slug, string City, string Name, string Description, string PropertyType, string? Address, string? PostalCode,
    double? Latitude, double? Longitude, decimal? Rating, int ReviewsCount, string CancellationPolicy,
    IReadOnlyList<string> Amenities, IReadOnlyList<string> Images, DateTimeOffset? HostLastSyncedAt, bool IsStale, IReadOnlyList<UnitDetail> Units);

/// <summary>A unit as the catalogue shows it. Prices in <paramref name="Currency"/>, per night or per stay.</summary>
public sealed record UnitDetail(
    Guid Id, string Slug, string Name, string Description, int MaxOccupancy, int BaseCapacity, int? SizeM2, IReadOnlyList<Bed> Beds,
    IReadOnlyList<string> Amenities, IReadOnlyList<string> Images, decimal BasePrice, decimal ExtraGuestFee, decimal CleaningFee,
    string Currency, IReadOnlyList<LengthOfStayDiscount> LengthOfStayDiscounts, IReadOnlyList<SeasonDetail> Seasons);

/// <summary>
/// What holds for part of the year, of the unit itself or of its whole property. The one named first goes before the others.
/// </summary>
/// <param name="ValidFrom">First day; missing: since ever.</param>
/// <param name="ValidTo">Last day; missing: for ever.</param>
/// <param name="BaseCapacity">Guests that the price of a night is for.</param>
public sealed record SeasonDetail(
    string Name, DateOnly? ValidFrom, DateOnly? ValidTo, int BaseCapacity, decimal BasePrice, decimal ExtraGuestFee, decimal CleaningFee,
    IReadOnlyList<LengthOfStayDiscount> LengthOfStayDiscounts);

/// <summary>Beds of one kind.</summary>
public sealed record Bed(string Kind, int Count);
