using Dapper;
using Npgsql;
using ReserveConnect.Launcher;

namespace ReserveConnect.Trials.World;

/// <summary>Nights that a trial has to itself.</summary>
/// <param name="Rooms">How many the unit has in each of them.</param>
internal sealed record TrialStay(Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int Rooms);

/// <summary>
/// Gives each trial nights that no other has: of a single room or of a house with several. Which nights, and so which price, is decided
/// by its number and the day; only the house differs from run to run, and all houses cost the same.
/// </summary>
internal sealed class Nights
{
    /// <summary>Nights that one trial may have at most.</summary>
    public const int Most = 2;

    /// <summary>The first nights stay unused: from today so many.</summary>
    public const int FirstDay = 60;

    /// <summary>Days that a run may move the clock on.</summary>
    private const int Days = 60;

    /// <summary>Trials whose numbers are so far apart want the same nights.</summary>
    private const int Places = (TrialCity.NightsAhead - FirstDay - Days) / Most;

    private readonly Lock _gate = new();
    private readonly Unit[] _single;
    private readonly Unit[] _several;
    private readonly Dictionary<(bool IsSingle, DateOnly Night), int> _taken = [];

    private Nights(IEnumerable<Unit> units)
    {
        var all = units.ToList();
        _single = [.. all.Where(unit => unit.Rooms == 1)];
        _several = [.. all.Where(unit => unit.Rooms > 1)];
    }

    /// <summary>How many units a world needs for so many kinds of trials with so many numbers each.</summary>
    public static int UnitsFor(int kinds, int numbers)
    {
        // A number's nights move on with the clock, into those of the number before it: one more.
        var sameNights = ((numbers + Places - 1) / Places) + 1;
        // Whatever the seeds choose, all trials may want single rooms; one kind may want houses only.
        return TrialCity.Every * Math.Max(sameNights, ((kinds * sameNights) + TrialCity.Every - 2) / (TrialCity.Every - 1));
    }

    /// <summary>Reads the units that the functions have loaded.</summary>
    public static async Task<Nights> ReadAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        return new Nights(await connection.QueryAsync<Unit>(
            """
            SELECT unit_id AS id, max(allotment)::int AS rooms
            FROM reserve.availability_calendar
            GROUP BY unit_id
            ORDER BY unit_id
            """));
    }

    /// <summary>The nights of a trial, at a house that nobody has had in them.</summary>
    /// <param name="today">The day on which its round began.</param>
    /// <param name="number">The trial's.</param>
    /// <param name="nights">How many.</param>
    /// <param name="singleRoom">Else a house with several.</param>
    /// <exception cref="LauncherException">There is none left.</exception>
    public TrialStay Take(DateOnly today, int number, int nights, bool singleRoom)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nights, Most);
        var checkIn = today.AddDays(FirstDay + ((number % Places) * Most));
        var units = singleRoom ? _single : _several;
        lock (_gate)
        {
            var wanted = Enumerable.Range(0, nights).Select(night => (singleRoom, checkIn.AddDays(night))).ToList();
            var index = wanted.Max(night => _taken.GetValueOrDefault(night));
            if (index >= units.Length)
                throw new LauncherException("the city of the trials has no nights left");
            foreach (var night in wanted)
                _taken[night] = index + 1;
            return new TrialStay(units[index].Id, checkIn, checkIn.AddDays(nights), units[index].Rooms);
        }
    }

    private sealed record Unit(Guid Id, int Rooms);
}
