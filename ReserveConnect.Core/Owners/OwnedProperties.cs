using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Owners;

/// <summary>A property as its owner sees it.</summary>
/// <param name="Role">The owner's own: <c>owner</c> or <c>manager</c>.</param>
/// <param name="IsOnSale">Active at the Host and published here.</param>
/// <param name="ArrivalsToday">Reservations whose check-in is today, local date of the city.</param>
/// <param name="UpcomingReservations">Confirmed ones from today on.</param>
public sealed record OwnedProperty(
    Guid PropertyId, string Name, string Slug, string City, string Role, bool IsOnSale, int Units, int ArrivalsToday, int UpcomingReservations);

/// <summary>The properties of an owner; row-level security says which they are.</summary>
public sealed class OwnedProperties(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>All of them, by name. Nobody owns so many that they need pages.</summary>
    public Task<IReadOnlyList<OwnedProperty>> ListAsync(Actor owner, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<OwnedProperty>>(
            owner,
            async connection => (await connection.QueryAsync<OwnedProperty>(
                """
                SELECT p.id AS property_id, p.name, p.slug, c.slug AS city, o.role, p.is_active AND p.is_published AS is_on_sale,
                       (SELECT count(*)::int FROM reserve.unit_map u WHERE u.property_id = p.id AND u.is_active) AS units,
                       count(r.id) FILTER (WHERE r.check_in = (@now AT TIME ZONE c.time_zone)::date)::int AS arrivals_today,
                       count(r.id)::int AS upcoming_reservations
                FROM reserve.property_owners o
                JOIN reserve.properties_map p ON p.id = o.property_id
                JOIN reserve.cities c ON c.id = p.city_id
                LEFT JOIN reserve.reservations r
                    ON r.property_id = p.id
                   AND r.status = 'confirmed'
                   AND r.check_in >= (@now AT TIME ZONE c.time_zone)::date
                GROUP BY p.id, c.id, o.role
                ORDER BY p.name, p.id
                """,
                new { now = clock.GetUtcNow() })).AsList(),
            cancellation);
}
