using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using ReserveConnect.Trials;
using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;
using ReserveConnect.Trials.World;
using Xunit;

namespace ReserveConnect.Tests.Trials;

/// <summary>
/// A race in which somebody goes behind everybody's back, at the real providers, Host and database of the world: the run sees it,
/// names the seed, and the seed repeats.
/// </summary>
public sealed class BrokenWorldTests(RaceWorld world) : IClassFixture<RaceWorld>
{
    private const int Seeds = 4;

    [Fact]
    public Task A_refund_that_is_on_nobodys_record_here() => SeenAsync("keep", async (lane, held, charge) =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/refunds")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("payment_intent", charge.Id)]),
            Headers = { Authorization = new("Bearer", "sk_test_sandbox") },
        };
        using var answer = await world.World.Stripe.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    });

    [Fact]
    public Task A_booking_that_the_host_has_lost() => SeenAsync("at the Host stand 0 bookings", async (lane, held, charge) =>
    {
        var id = await ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE booking_intent_id = $1", held.IntentId);
        using var answer = await world.World.HostConnect.PostAsJsonAsync($"control/bookings/{id}/cancel", new { });
        answer.EnsureSuccessStatusCode();
    });

    [Fact]
    public Task A_night_of_which_the_calendar_has_lost_count() => SeenAsync("invariant bookings_match_reservations", async (lane, held, charge) =>
        await RunAsync("UPDATE reserve.availability_calendar SET bookings_count = 0 WHERE unit_id = $1 AND date = $2", held.Stay.UnitId, held.Stay.CheckIn));

    [Fact]
    public async Task A_lane_that_waits_for_what_never_comes_is_given_up_and_named()
    {
        var said = await RunAsync(new Tampered(async (lane, held, charge) => await lane.UntilAsync(held, "expired")));

        Assert.Contains("the intent never became expired", said.Output, StringComparison.Ordinal);
        Assert.False(said.Holds);
    }

    [Fact]
    public async Task A_seed_that_breaks_is_named_with_the_command_that_repeats_it()
    {
        var race = new AlwaysWrong(RaceList.All.Single(race => race.Name == "all-at-once"));

        var first = await RunAsync(race);
        var again = await RunAsync(race);

        Assert.All(Enumerable.Range(1, Seeds), seed => Assert.Contains($"./reserve race --race all-at-once --seed {seed}\n", first.Output, StringComparison.Ordinal));
        Assert.Equal(Drawn(first.Output), Drawn(again.Output));
        Assert.Equal(Seeds, Drawn(first.Output).Distinct().Count());
    }

    [Fact]
    public async Task A_world_in_order_is_a_line_for_each_race_and_a_last_word()
    {
        await using var output = new StringWriter();

        var holds = await RaceProgram.RunAsync(new RaceOptions(RaceList.All, 1, Seeds), world.World, output, CancellationToken.None);

        Assert.True(holds, output.ToString());
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(RaceList.All.Count + 1, lines.Length);
        Assert.All(RaceList.All.Zip(lines), pair => Assert.Matches($"^ok +{pair.First.Name} +{Seeds} seeds: [0-9]+ .*; [0-9]+ refunded; [0-9.]+ s$", pair.Second));
        Assert.Equal("every race held", lines[^1]);
    }

    private static IReadOnlyList<string> Drawn(string output) =>
        [.. output.Split('\n').Where(line => line.TrimStart().StartsWith("drawn: ", StringComparison.Ordinal))];

    private async Task SeenAsync(string wrong, Func<Lane, Held, Charge, Task> tamper)
    {
        var (holds, output) = await RunAsync(new Tampered(tamper));

        Assert.False(holds);
        Assert.Contains(wrong, output, StringComparison.Ordinal);
        await RunAsync("UPDATE reserve.availability_calendar c SET bookings_count = 1 WHERE EXISTS (SELECT 1 FROM reserve.reservations r WHERE r.unit_id = c.unit_id AND c.date >= r.check_in AND c.date < r.check_out)");
    }

    private async Task<(bool Holds, string Output)> RunAsync(IRace race)
    {
        await using var output = new StringWriter();
        var holds = await RaceProgram.RunAsync(new RaceOptions([race], 1, Seeds), world.World, output, CancellationToken.None);
        return (holds, output.ToString());
    }

    private async Task RunAsync(string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(world.World.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        await command.ExecuteNonQueryAsync();
    }

    private async Task<T> ReadAsync<T>(string sql, object parameter)
    {
        await using var connection = new NpgsqlConnection(world.World.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = parameter } } };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A plain booking by card, and then somebody tampers with it; no race of its own complains.</summary>
    private sealed class Tampered(Func<Lane, Held, Charge, Task> tamper) : IRace
    {
        public string Name => "tampered";

        public string Story => "for tests";

        public async Task RunAsync(Lane lane)
        {
            var held = await lane.HoldAsync(lane.Chance.From("nights", 1, 2), singleRoom: true);
            var charge = await lane.BeginAsync(held, byPix: false);
            await lane.Guests.PayAsync(charge);
            await lane.UntilAsync(held, "confirmed");
            await tamper(lane, held, charge);
        }

        public string? Wrong(Lane lane, IReadOnlyList<string> ends) => null;
    }

    private sealed class AlwaysWrong(IRace race) : IRace
    {
        public string Name => race.Name;

        public string Story => race.Story;

        public Task RunAsync(Lane lane) => race.RunAsync(lane);

        public string? Wrong(Lane lane, IReadOnlyList<string> ends) => "told so";
    }
}
