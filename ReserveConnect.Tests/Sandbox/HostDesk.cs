using System.Globalization;
using System.Text.Json;

namespace ReserveConnect.Tests.Sandbox;

/// <summary>What tests ask of the Host's stand-in.</summary>
internal static class HostDesk
{
    public const string City = "/v1/cities/urubici";

    /// <summary>A day from today on in the city's time zone.</summary>
    public static DateOnly Day(int ahead, TimeProvider? time = null) => DateOnly.FromDateTime(
        TimeZoneInfo.ConvertTime((time ?? TimeProvider.System).GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo")).DateTime).AddDays(ahead);

    /// <summary>A day as it is written.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A room type whose nights for the next two months are set open, without restrictions and with so many rooms.</summary>
    public static async Task<string> OpenRoomAsync(this HttpClient host, int allotment = 1, int skip = 0)
    {
        var types = await host.ReadAsync($"{City}/room-types?limit=500");
        var id = types.Json.GetProperty("items")[skip].GetProperty("id").GetString()!;
        await host.ControlAsync(HttpMethod.Put, "nights", new
        {
            room_type_id = id,
            from = Text(Day(0)),
            to = Text(Day(60)),
            allotment,
            is_open = true,
            min_stay = 1,
            max_stay = 30,
            closed_to_arrival = false,
            closed_to_departure = false,
        });
        return id;
    }

    /// <summary>A request for a stay of one adult.</summary>
    public static object Request(string room, int from = 10, int nights = 2, int adults = 1, decimal total = 640.00m, string currency = "BRL", string name = "Ana") => new
    {
        room_type_id = room,
        check_in = Text(Day(from)),
        check_out = Text(Day(from + nights)),
        adults,
        children = 0,
        guest = new { first_name = name, last_name = "Souza", email = "ana@example.com", phone = "+5549999990000" },
        total_amount = total,
        currency,
        channel_reference = "ref",
    };

    public static Task<Answer> BookAsync(this HttpClient host, string room, string key, int from = 10, int nights = 2) =>
        host.JsonAsync("/v1/bookings", Request(room, from, nights), key);

    /// <summary>The room's nights from a day on.</summary>
    public static async Task<JsonElement[]> NightsAsync(this HttpClient host, string room, int from, int count, long? since = null)
    {
        var path = $"{City}/availability?limit=500&from={Text(Day(from))}&to={Text(Day(from + count))}{(since is null ? "" : $"&since_version={since}")}";
        var answer = await host.ReadAsync(path);
        return [.. answer.Json.GetProperty("items").EnumerateArray()
            .Where(item => item.GetProperty("room_type_id").GetString() == room)
            .SelectMany(item => item.GetProperty("nights").EnumerateArray())];
    }

    /// <summary>How many are sold in each night.</summary>
    public static async Task<IReadOnlyList<int>> SoldAsync(this HttpClient host, string room, int from, int count) =>
        (await host.NightsAsync(room, from, count)).Select(night => night.GetProperty("sold").GetInt32()).ToArray();
}
