using Dapper;
using Npgsql;

namespace ReserveConnect.Finance;

/// <summary>A tax in force.</summary>
/// <param name="TaxType">ISS, IOF, PIS, ...</param>
/// <param name="Rate">Per cent.</param>
/// <param name="CityId">Whose rule it is; null: that of all cities.</param>
public sealed record TaxInForce(Guid Id, string TaxType, decimal Rate, Guid? CityId);

/// <summary>Taxes as data (<c>reserve.tax_rules</c>): by city, type and base. A city's own rule wins over that of all cities.</summary>
public static class TaxRules
{
    /// <summary>On our income from bookings.</summary>
    public const string OnCommission = "commission";

    /// <summary>On what is paid out to a property.</summary>
    public const string OnPayout = "payout";

    /// <summary>On the base price; the guest pays it.</summary>
    public const string OnBooking = "booking";

    /// <summary>What money may be taxed with.</summary>
    public static IReadOnlyList<string> Bases { get; } = [OnCommission, OnPayout, OnBooking];

    /// <summary>The rule of one tax in force on a day; null: there is none.</summary>
    /// <param name="connection">May read the rules.</param>
    /// <param name="cityId">Null: only what is for all cities.</param>
    /// <param name="appliesTo">One of <see cref="Bases"/>.</param>
    /// <param name="taxType">ISS, IOF, ...</param>
    /// <param name="date">A local date of the city.</param>
    public static Task<TaxInForce?> InForceAsync(NpgsqlConnection connection, Guid? cityId, string appliesTo, string taxType, DateOnly date) =>
        connection.QuerySingleOrDefaultAsync<TaxInForce?>(
            """
            SELECT t.id, t.tax_type, t.rate, t.city_id
            FROM reserve.tax_rules t
            WHERE t.applies_to = @appliesTo
              AND t.tax_type = @taxType
              AND t.is_active
              AND (t.city_id = @cityId OR t.city_id IS NULL)
              AND t.effective_from <= @date
              AND (t.effective_to IS NULL OR t.effective_to >= @date)
            ORDER BY t.city_id NULLS LAST
            LIMIT 1
            """,
            new { cityId, appliesTo, taxType, date });
}
