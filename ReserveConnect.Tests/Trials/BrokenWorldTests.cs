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
[Collection(Racing.Name)]
public sealed class BrokenWorldTests(SharedRaceWorld world)
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
    public Task A_charge_that_nobody_here_asked_for() => SeenAsync("is of no intent of the round", async (lane, held, charge) =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/payment_intents")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("amount", "1000"), KeyValuePair.Create("currency", "brl")]),
            Headers = { Authorization = new("Bearer", "sk_test_sandbox") },
        };
        using var answer = await world.World.Stripe.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    });

    [Fact]
    public Task An_event_that_was_set_aside() => SeenAsync("an event of it was set aside", async (lane, held, charge) =>
        await RunAsync(
            """
            UPDATE reserve.events
            SET dead_lettered_at = $2
            WHERE id = (SELECT id FROM reserve.events WHERE aggregate_type = 'booking_intent' AND aggregate_id = $1 LIMIT 1)
            """,
            held.IntentId,
            lane.Now.UtcDateTime));

    [Fact]
    public async Task A_seed_that_breaks_is_named_with_the_commands_that_repeat_it()
    {
        var order = new RunOrder([new AlwaysWrong(RaceList.All.Single(race => race.Name == "all-at-once"))], 1, Seeds, Times: 2);
        await using var output = new StringWriter();

        var result = await new RaceRun(world.World).RunAsync(order, CancellationToken.None);
        await RaceReport.PrintAsync(order, result, output);

        Assert.All(Enumerable.Range(1, Seeds), seed => Assert.Matches($"seed {seed}: \\./reserve race --race all-at-once --seed {seed} --at [0-9-]+T[0-9:]+Z\n", output.ToString()));
        Assert.Matches($"among its like: \\./reserve race --race all-at-once --seed 1 --seeds {Seeds} --at [0-9-]+T[0-9:]+Z\n", output.ToString());
        Assert.Contains("2 of 2 broke", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_draws_the_same_and_stays_in_the_same_nights_for_the_same_price_whenever_it_is_run()
    {
        var order = new RunOrder([new AlwaysWrong(RaceList.All.Single(race => race.Name == "all-at-once"))], 1, Seeds, Times: 3);

        var broken = (await new RaceRun(world.World).RunAsync(order, CancellationToken.None)).Races.Single().Broken;

        Assert.All(broken.GroupBy(seed => seed.Seed), times =>
        {
            Assert.Equal(3, times.Count());
            Assert.Single(times.Select(time => time.Stay).Distinct());
            Assert.Single(times.Select(time => string.Join('|', time.Drawn)).Distinct());
        });
        Assert.Equal(Seeds, broken.Select(seed => seed.Stay).Distinct().Count());
        Assert.Equal(Seeds, broken.Select(seed => string.Join('|', seed.Drawn)).Distinct().Count());
    }

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
        var holds = await RaceProgram.RunAsync(new RunOrder([race], 1, Seeds), world.World, output, CancellationToken.None);
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

        public string? Wrong(Lane lane, Facts facts) => null;
    }

    private sealed class AlwaysWrong(IRace race) : IRace
    {
        public string Name => race.Name;

        public string Story => race.Story;

        public Task RunAsync(Lane lane) => race.RunAsync(lane);

        public string? Wrong(Lane lane, Facts facts) => "told so";
    }
}
