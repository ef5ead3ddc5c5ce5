using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using ReserveConnect.Launcher;

namespace ReserveConnect.Trials.World;

/// <summary>Nights that a trial has to itself.</summary>
/// <param name="Rooms">How many the unit has in each of them.</param>
internal sealed record TrialStay(Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int Rooms);

/// <summary>Gives each trial nights that no other has: of a single room or of a house with several.</summary>
internal sealed class Nights
{
    /// <summary>Nights that one trial may have at most.</summary>
    public const int Most = 2;

    /// <summary>The first nights stay unused, because the clock of the trials runs towards them.</summary>
    public const int FirstDay = 60;

    private readonly ConcurrentQueue<TrialStay> _single;
    private readonly ConcurrentQueue<TrialStay> _several;

    private Nights(IEnumerable<Unit> units, DateOnly first, DateOnly end)
    {
        var all = units.ToList();
        _single = Places(all.Where(unit => unit.Rooms == 1), first, end);
        _several = Places(all.Where(unit => unit.Rooms > 1), first, end);
    }

    /// <summary>How many units a world needs for so many trials.</summary>
    public static int UnitsFor(int trials)
    {
        var perUnit = (TrialCity.NightsAhead - FirstDay - Most) / Most;
        // Whatever the seeds choose, all trials may want the same kind.
        return 2 * ((trials + perUnit - 1) / perUnit);
    }

    /// <summary>Reads the units that the functions have loaded.</summary>
    public static async Task<Nights> ReadAsync(string connectionString, DateOnly today)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        var units = await connection.QueryAsync<Unit>(
            """
            SELECT unit_id AS id, max(allotment)::int AS rooms
            FROM reserve.availability_calendar
            GROUP BY unit_id
            ORDER BY unit_id
            """);
        return new Nights(units, today.AddDays(FirstDay), today.AddDays(TrialCity.NightsAhead - Most));
    }

    /// <exception cref="LauncherException">There are none left.</exception>
    public TrialStay Take(int nights, bool singleRoom)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nights, Most);
        return (singleRoom ? _single : _several).TryDequeue(out var place)
            ? place with { CheckOut = place.CheckIn.AddDays(nights) }
            : throw new LauncherException("the city of the trials has no nights left");
    }

    private static ConcurrentQueue<TrialStay> Places(IEnumerable<Unit> units, DateOnly first, DateOnly end)
    {
        var places = new ConcurrentQueue<TrialStay>();
        foreach (var unit in units)
        {
            for (var night = first; night.AddDays(Most) <= end; night = night.AddDays(Most))
                places.Enqueue(new TrialStay(unit.Id, night, night.AddDays(Most), unit.Rooms));
        }

        return places;
    }

    private sealed record Unit(Guid Id, int Rooms);
}
