using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Finance;

/// <summary>What a supervisor does with rules, and what stands of them.</summary>
internal static class Rules
{
    public const string Urubici = "0198b0a0-0000-7000-8000-000000000001";
    public const string Default = "0198b0a0-0000-7000-8000-000000000010";

    public static DateOnly Today(this Marketplace market) => market.DayIn("America/Sao_Paulo");

    public static DateOnly DayIn(this Marketplace market, string zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(market.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime);

    public static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? "";

    public static decimal Number(JsonNode node, string name) => node[name]!.GetValue<decimal>();

    public static async Task<string> TokenAsync(this Marketplace market, string role) => market.TokenOf(await market.SeedAsync(role));

    /// <summary>A rule of a property that has none: a percentage from a day on.</summary>
    public static object Percentage(Guid? property, decimal rate, DateOnly from, DateOnly? to = null, string? replaces = null, string? city = null)
    {
        var body = new JsonObject
        {
            ["rule_type"] = "percentage", ["rate_percentage"] = rate, ["effective_from"] = Day(from), ["reason"] = "a contract",
        };
        (string Name, string? Value)[] optional = [("property_id", property?.ToString()), ("city_id", city), ("effective_to", to is { } last ? Day(last) : null), ("replaces", replaces)];
        foreach (var (name, value) in optional.Where(o => o.Value is not null))
        {
            body[name] = value;
        }

        return body;
    }

    /// <summary>Makes a rule.</summary>
    public static async Task<JsonNode> MakeAsync(this Marketplace market, string kind, object body)
    {
        var made = await market.PostAsync($"admin/{kind}-rules", body, await market.TokenAsync("supervisor"));
        Assert.True(made.Status == HttpStatusCode.Created, $"{made.Status} {made.Body}");
        return made.Body;
    }

    /// <summary>A property that is sold and that no rule names.</summary>
    public static Task<Guid> PlainPropertyAsync(this Marketplace market) => market.ReadAsync<Guid>(
        """
        SELECT p.id
        FROM reserve.properties_map p
        WHERE p.is_active
          AND NOT EXISTS (SELECT FROM reserve.commission_rules r WHERE r.property_id = p.id)
          AND NOT EXISTS (SELECT FROM reserve.booking_intents i WHERE i.property_id = p.id)
        ORDER BY random()
        LIMIT 1
        """);

    public static Task<Guid> PropertyOfAsync(this Marketplace market, Guid unit) =>
        market.ReadAsync<Guid>("SELECT property_id FROM reserve.unit_map WHERE id = @unit", new { unit });

    /// <summary>As the database's owner, for what no request can do.</summary>
    public static async Task ExecuteAsync(this Marketplace market, string sql, object? parameters = null)
    {
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    public static void Refused(Answer answer, HttpStatusCode status, string code, string? errors = null)
    {
        Assert.True((status, code) == (answer.Status, Text(answer.Body, "code")), $"{answer.Status} {answer.Body}");
        if (errors is not null)
        {
            Assert.Equal(errors, string.Join(',', (answer.Body["errors"]?.AsArray() ?? []).Select(e => $"{Text(e!, "field")}:{Text(e!, "code")}")));
        }
    }
}
