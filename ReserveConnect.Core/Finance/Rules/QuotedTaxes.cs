using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Sync;

namespace ReserveConnect.Finance.Rules;

/// <summary>Taxes on bookings are in what guests are quoted, and so in what searches show.</summary>
internal static class QuotedTaxes
{
    /// <summary>Has what is kept of prices read again, where the rule counts. That it begins or ends by its date needs nothing: with a new day all is read again.</summary>
    public static async Task ChangedAsync(UnitOfWork unit, TaxRuleView rule, DateTimeOffset now)
    {
        if (rule.AppliesTo != TaxRules.OnBooking)
        {
            return;
        }

        var cities = await unit.Connection.QueryAsync<Guid>(
            "SELECT id FROM reserve.cities WHERE is_active AND (@CityId::uuid IS NULL OR id = @CityId) ORDER BY id", new { rule.CityId });
        foreach (var city in cities)
        {
            await InventoryChanged.OfCatalogueAsync(unit, city, now);
        }
    }
}
