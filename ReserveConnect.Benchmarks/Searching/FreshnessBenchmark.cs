using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Launcher;

namespace ReserveConnect.Benchmarks.Searching;

/// <summary>
/// A thousand nights change at the Host: how long until a search says so. The Host tells of each room type by a webhook;
/// the nights are fetched, written, and followed by the index.
/// </summary>
internal sealed class FreshnessBenchmark : IBenchmark
{
    private const int RoomTypes = 10;
    private const int Nights = 100;
    private const int FirstDay = 30;
    private const double MostSeconds = 1;

    // A price of a night that no other room of the city has; each round asks for another as much.
    private const decimal Dear = 70_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "sync";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.OpenAsync(cancellation);
        var rooms = (await connection.QueryAsync<Guid>(
            """
            SELECT u.host_unit_id
            FROM reserve.unit_map u
            JOIN reserve.properties_map p ON p.id = u.property_id
            JOIN reserve.cities c ON c.id = p.city_id
            WHERE c.slug = @City
            ORDER BY u.id
            LIMIT @RoomTypes
            """,
            new { world.City, RoomTypes })).AsList();
        using var host = new HttpClient { BaseAddress = world.Stack.HostConnect };
        var first = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(FirstDay);
        List<double> seconds = [];
        List<double> writing = [];
        for (var round = 1; round <= world.Options.Rounds + 1; round++)
        {
            var (change, shown) = await ChangeAsync(world, host, rooms, first, Dear * round, cancellation);

            // The first round compiles.
            if (round > 1)
            {
                writing.Add(change);
                seconds.Add(shown);
            }
        }

        world.Report.Title(Name, $"{RoomTypes * Nights:N0} nights of {RoomTypes} room types change at the Host, {world.Options.Rounds} rounds");
        world.Report.Figure("at the Host, all orders", $"{Median.Of(writing):0.00} s", "the baseline: nothing of ours is in it");
        world.Report.Figure("from the first order until the search shows all", $"{Median.Of(seconds):0.00} s");
        world.Report.Figure(
            "from the last order until the search shows all", $"{Median.Of(seconds.Zip(writing, (all, own) => all - own)):0.00} s",
            $"worst {seconds.Zip(writing, (all, own) => all - own).Max():0.00} s; target < {MostSeconds:0} s: {(seconds.Zip(writing, (all, own) => all - own).Max() < MostSeconds ? "met" : "MISSED")}");
        return true;
    }

    private static async Task<(double Change, double Shown)> ChangeAsync(
        BenchWorld world, HttpClient host, List<Guid> rooms, DateOnly first, decimal price, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        foreach (var room in rooms)
        {
            using var answer = await host.PutAsJsonAsync(
                "control/nights",
                new
                {
                    room_type_id = room, from = Iso(first), to = Iso(first.AddDays(Nights)), price, is_open = true, allotment = 1, sold = 0,
                    min_stay = 1, closed_to_arrival = false, closed_to_departure = false,
                },
                cancellation);
            answer.EnsureSuccessStatusCode();
        }

        var change = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var last = first.AddDays(Nights - 1);
        var path = string.Create(
            CultureInfo.InvariantCulture, $"search?city={world.City}&check_in={Iso(last)}&check_out={Iso(last.AddDays(1))}&adults=1&price_min={price}");
        while (await CountAsync(world, path, cancellation) < rooms.Count)
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience)
                throw new LauncherException($"the search shows {await CountAsync(world, path, cancellation)} of {rooms.Count} changed room types");
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellation);
        }

        return (change, Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    private static async Task<int> CountAsync(BenchWorld world, string path, CancellationToken cancellation) =>
        (await world.Api.GetAsync<Counted>(path, cancellation)).TotalCount;

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed record Counted(int TotalCount);
}
