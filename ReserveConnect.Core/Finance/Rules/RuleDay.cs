using Dapper;
using Npgsql;

namespace ReserveConnect.Finance.Rules;

/// <summary>Rules begin and end with days of their city. One that is for all cities has the day of the city where it is latest.</summary>
internal static class RuleDay
{
    /// <summary>Today, where a rule is in force; null: there is no such city.</summary>
    /// <param name="connection">Reads the cities.</param>
    /// <param name="cityId">Null: all.</param>
    /// <param name="now">UTC instant.</param>
    public static Task<DateOnly?> TodayAsync(NpgsqlConnection connection, Guid? cityId, DateTimeOffset now) =>
        connection.ExecuteScalarAsync<DateOnly?>(
            """
            SELECT max((@now AT TIME ZONE c.time_zone)::date)
            FROM reserve.cities c
            WHERE @cityId::uuid IS NULL
               OR c.id = @cityId
            """,
            new { cityId, now });
}
