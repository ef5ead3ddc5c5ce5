using System.Globalization;
using System.Text.Json.Nodes;

namespace ReserveConnect.Tests.Inventory;

/// <summary>Records of the Host as it sends them; a test changes the field it is about.</summary>
internal static class HostRecord
{
    public static JsonObject Property(Guid id, string name, long version = 1) => new()
    {
        ["id"] = id,
        ["city"] = "urubici",
        ["name"] = name,
        ["slug"] = null,
        ["description"] = "A house in the hills.",
        ["address"] = "Rua das Araucárias, 10",
        ["postal_code"] = "88650-000",
        ["latitude"] = -28.0150,
        ["longitude"] = -49.5917,
        ["property_type"] = "pousada",
        ["email"] = "house@example.com",
        ["phone"] = null,
        ["amenities"] = new JsonArray("Wifi", "Lareira"),
        ["images"] = new JsonArray("https://images.example/1.jpg"),
        ["rating"] = 4.5,
        ["reviews"] = 12,
        ["cancellation_policy"] = "moderate",
        ["cleaning_fee"] = 80.00m,
        ["currency"] = "BRL",
        ["active"] = true,
        ["version"] = version,
    };

    public static JsonObject RoomType(Guid id, Guid property, string name = "Suíte", long version = 1) => new()
    {
        ["id"] = id,
        ["property_id"] = property,
        ["name"] = name,
        ["description"] = "",
        ["max_occupancy"] = 4,
        ["base_capacity"] = 2,
        ["beds"] = new JsonArray(new JsonObject { ["kind"] = "double", ["count"] = 1 }),
        ["size_m2"] = 30,
        ["amenities"] = new JsonArray("Banheira"),
        ["images"] = new JsonArray(),
        ["active"] = true,
        ["version"] = version,
        ["rate_plan"] = new JsonObject
        {
            ["base_price"] = 200.00m,
            ["extra_guest_fee"] = 50.00m,
            ["length_of_stay_discounts"] = new JsonArray(new JsonObject { ["min_nights"] = 7, ["percent"] = 10 }),
        },
    };

    public static JsonObject Night(DateOnly date, decimal price = 300.00m, int allotment = 1, int sold = 0, long version = 1) => new()
    {
        ["date"] = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["allotment"] = allotment,
        ["sold"] = sold,
        ["price"] = price,
        ["is_open"] = true,
        ["min_stay"] = 1,
        ["max_stay"] = 30,
        ["closed_to_arrival"] = false,
        ["closed_to_departure"] = false,
        ["version"] = version,
    };

    public static List<JsonObject> Nights(DateOnly from, int count, decimal price = 300.00m, long version = 1) =>
        [.. Enumerable.Range(0, count).Select(i => Night(from.AddDays(i), price, version: version))];
}
