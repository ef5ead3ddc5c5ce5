using Dapper;
using Npgsql;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Racing;

/// <summary>Whether anything is under way in a world that would change it without the clock moving on.</summary>
internal sealed class Quiet(TrialWorld world)
{
    private const int LooksInARow = 2;

    private int _looks;

    /// <summary>Whether it was quiet at the last look.</summary>
    public bool MayBe => _looks > 0;

    /// <summary>Whether it may be quiet, as far as this process knows: without asking the database.</summary>
    public bool IsStill => world.Engine.IsIdle && world.WebhooksUnderWay == 0;

    /// <summary>Whether it has been quiet at the last looks: all sagas wait, and no event and no webhook is being handled.</summary>
    public async Task<bool> IsItAsync(NpgsqlConnection connection)
    {
        var isQuiet = IsStill
            && !await connection.ExecuteScalarAsync<bool>(
                """
                SELECT EXISTS (
                    SELECT 1
                    FROM reserve.events
                    WHERE processed_at IS NULL
                      AND dead_lettered_at IS NULL
                      AND (available_at <= @now OR last_error IS NULL))
                """,
                new { now = world.Clock.GetUtcNow() })
            && IsStill;
        _looks = isQuiet ? _looks + 1 : 0;
        if (_looks < LooksInARow)
            return false;
        _looks = 0;
        return true;
    }

    /// <summary>It is not: the looks are counted from nought.</summary>
    public void IsNot() => _looks = 0;

    /// <summary>UTC instant at which something falls due by itself: a timer of a saga, or an event that failed once. Null: nothing does.</summary>
    public async Task<DateTimeOffset?> NextAsync(NpgsqlConnection connection)
    {
        var failed = await connection.ExecuteScalarAsync<DateTime?>(
            "SELECT min(available_at) FROM reserve.events WHERE processed_at IS NULL AND dead_lettered_at IS NULL");
        return (world.Engine.NextTimer, failed) switch
        {
            (null, null) => null,
            ({ } timer, null) => Utc(timer),
            (null, { } again) => Utc(again),
            ({ } timer, { } again) => Utc(timer < again ? timer : again),
        };
    }

    private static DateTimeOffset Utc(DateTime at) => new(DateTime.SpecifyKind(at, DateTimeKind.Utc));
}
