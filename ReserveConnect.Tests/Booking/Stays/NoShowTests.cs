using System.Net.Http.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReserveConnect.Booking.Stays;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Booking.Stays;

/// <summary>Guests who do not come.</summary>
public sealed class NoShowTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task Nobody_came_by_noon_of_the_day_after_so_all_is_kept_and_the_nights_from_that_day_on_are_sold_again()
    {
        var coming = await market.BookSoonAsync(4);
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 11, 59);
        await market.ProcessStaysAsync();
        Assert.Equal("confirmed", await market.StatusOfAsync(coming));

        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await market.ProcessStaysAsync();

        Assert.Equal("no_show", await market.StatusOfAsync(coming));
        Assert.Equal((0, 1), await market.RoomsAsync(coming.Stay));
        Assert.Equal(
            (coming.Stay.CheckIn.AddDays(1), coming.Held.Total, 0m),
            await RowAsync<(DateOnly, decimal, decimal)>(coming, "released_from, cancellation_fee, refund_amount"));
        Assert.Equal(["booking.confirmed", "booking.nights_released", "booking.no_show"], await market.EventsAsync(coming));
        Assert.Equal(coming.Held.Total, await market.MoneyAtProvidersAsync(coming.Held.IntentId));
        Assert.Equal(
            await RowAsync<decimal>(coming, "commission_amount"),
            await market.ReadAsync<decimal>(
                "SELECT sum(amount) FROM reserve.financial_ledger WHERE reservation_id = @Id AND account = 'cancellation_fee_income' AND direction = 'credit'", new { coming.Id }));

        await ReleasedAsync(coming);
        Assert.Equal($"{coming.Stay.CheckIn.AddDays(1):yyyy-MM-dd}", (await market.AtHostAsync(coming))["check_out"]!.GetValue<string>());
        // Found by whoever looks for the nights left.
        var again = await market.AskForHoldAsync(coming.Stay with { CheckIn = coming.Stay.CheckIn.AddDays(2) });
        Assert.True(again.Status == System.Net.HttpStatusCode.Created, $"{again.Body}");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_staff_gave_back_before_is_not_kept_as_a_fee()
    {
        var coming = await market.BookSoonAsync(2);
        var agent = market.TokenOf(await market.SeedAsync("agent"));
        var order = new { amount = 20m, reason = "the road was bad", charged_to = "property" };
        Assert.Equal(System.Net.HttpStatusCode.Accepted, (await market.PostAsync($"admin/reservations/{coming.Id}/refund", order, agent)).Status);
        await Marketplace.EventuallyAsync(async () => await RowAsync<decimal>(coming, "refund_amount") == 20m, () => $"it is not back\n{market.Complaints}");
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);

        await market.ProcessStaysAsync();

        Assert.Equal("no_show", await market.StatusOfAsync(coming));
        await market.ExpectSoundAsync();
        var refused = await market.PostAsync($"admin/reservations/{coming.Id}/refund", order, market.TokenOf(await market.SeedAsync("agent")));
        Assert.Equal("invalid_charged_to", refused.Body["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Of_a_single_night_nothing_is_left_to_give_back_and_the_host_hears_nothing()
    {
        var coming = await market.BookSoonAsync(1);
        market.GoTo(coming.Stay.CheckIn.AddDays(3), 12);

        await market.ProcessStaysAsync();

        Assert.Equal("no_show", await market.StatusOfAsync(coming));
        Assert.Equal((0, 1), await market.RoomsAsync(coming.Stay));
        Assert.Null(await RowAsync<DateOnly?>(coming, "released_from"));
        Assert.Equal(["booking.confirmed", "booking.no_show"], await market.EventsAsync(coming));
        Assert.Equal("", await ReleaseStateAsync(coming));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_run_that_comes_late_gives_back_only_the_nights_that_are_left()
    {
        var coming = await market.BookSoonAsync(5);
        market.GoTo(coming.Stay.CheckIn.AddDays(3), 0, 5);

        await market.ProcessStaysAsync();

        Assert.Equal(coming.Stay.CheckIn.AddDays(3), await RowAsync<DateOnly>(coming, "released_from"));
        Assert.Equal((0, 3), await market.RoomsAsync(coming.Stay));
        await ReleasedAsync(coming);
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Pacific/Pago_Pago")]
    public async Task Noon_is_noon_of_the_city_wherever_it_is(string zone)
    {
        var coming = await market.BookSoonAsync(1);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync("UPDATE reserve.cities SET time_zone = @zone", new { zone });
        try
        {
            market.GoTo(coming.Stay.CheckIn.AddDays(1), 11, 58, zone);
            await market.ProcessStaysAsync();
            Assert.Equal("confirmed", await market.StatusOfAsync(coming));

            market.GoTo(coming.Stay.CheckIn.AddDays(1), 12, 0, zone);
            await market.ProcessStaysAsync();
            Assert.Equal("no_show", await market.StatusOfAsync(coming));
        }
        finally
        {
            await connection.ExecuteAsync("UPDATE reserve.cities SET time_zone = @Zone", new { StayMarket.Zone });
        }
    }

    [Fact]
    public async Task A_run_that_dies_before_it_tells_the_host_is_made_good_by_the_next()
    {
        var coming = await market.BookSoonAsync(3);
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        // As far as the transaction goes, and no further.
        await market.Services.GetRequiredService<ProcessStays>().RunAsync(CancellationToken.None);
        Assert.Equal(("no_show", "started"), (await market.StatusOfAsync(coming), await ReleaseStateAsync(coming)));

        await market.ProcessStaysAsync();

        await ReleasedAsync(coming);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_host_is_silent_and_is_told_again()
    {
        var coming = await market.BookSoonAsync(3);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "PATCH", path = "/v1/bookings/*", count = (int?)null });
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await market.ProcessStaysAsync();
        await Marketplace.EventuallyAsync(async () => await ReleaseStateAsync(coming) == "unknown", () => $"the Host was not asked\n{market.Complaints}");

        await market.CalmAsync();
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(5));
                return await ReleaseStateAsync(coming) == "done";
            },
            () => $"the Host was not told\n{market.Complaints}");

        Assert.Equal($"{coming.Stay.CheckIn.AddDays(1):yyyy-MM-dd}", (await market.AtHostAsync(coming))["check_out"]!.GetValue<string>());
        Assert.Equal(0, await ExceptionsAsync(coming));
    }

    [Fact]
    public async Task A_saga_that_was_lost_is_made_good_by_the_next_run_and_a_silence_that_lasts_goes_before_a_person_until_the_host_has_heard()
    {
        var coming = await market.BookSoonAsync(3);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "PATCH", path = "/v1/bookings/*", count = (int?)null });
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await market.ProcessStaysAsync();
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(1));
                return await ExceptionsAsync(coming) == 1;
            },
            () => $"nobody was called\n{market.Complaints}");
        await market.CalmAsync();

        await Marketplace.EventuallyAsync(
            async () =>
            {
                await market.ProcessStaysAsync();
                return await ReleaseStateAsync(coming) == "done";
            },
            () => $"the Host was not told\n{market.Complaints}");
        Assert.Equal("resolved", await market.ReadAsync<string>("SELECT status FROM reserve.exceptions WHERE reservation_id = @Id", new { coming.Id }));
    }

    [Fact]
    public async Task A_host_that_says_no_goes_before_a_person_and_is_not_asked_again_by_itself()
    {
        var coming = await market.BookSoonAsync(3);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 422, method = "PATCH", path = "/v1/bookings/*", count = (int?)null });
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);

        await market.ProcessStaysAsync();
        await Marketplace.EventuallyAsync(async () => await ExceptionsAsync(coming) == 1, () => $"nobody was called\n{market.Complaints}");

        Assert.Equal("refused", await ReleaseStateAsync(coming));
        await market.CalmAsync();
        await market.ProcessStaysAsync();
        Assert.Equal("refused", await ReleaseStateAsync(coming));
    }

    [Fact]
    public async Task A_policy_that_gives_something_back_is_a_persons_to_settle()
    {
        var coming = await market.BookSoonAsync(2);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """UPDATE reserve.reservations SET cancellation_policy = '{"code":"gracious","name":"Gracious","tiers":[{"hours_before_check_in":-48,"refund_percentage":50}]}' WHERE id = @Id""",
            new { coming.Id });
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);

        await market.ProcessStaysAsync();
        await market.ProcessStaysAsync();

        Assert.Equal("confirmed", await market.StatusOfAsync(coming));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE reservation_id = @Id AND exception_type = 'no_show_refund'", new { coming.Id }));
        await connection.ExecuteAsync("UPDATE reserve.reservations SET cancellation_policy = '{\"code\":\"x\",\"name\":\"X\",\"tiers\":[]}' WHERE id = @Id", new { coming.Id });
        await market.ProcessStaysAsync();
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_the_policy_gives_back_is_given_by_a_cancellation_that_somebody_orders()
    {
        var coming = await market.BookSoonAsync(2);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """UPDATE reserve.reservations SET cancellation_policy = '{"code":"gracious","name":"Gracious","tiers":[{"hours_before_check_in":-48,"refund_percentage":50}]}' WHERE id = @Id""",
            new { coming.Id });
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await market.ProcessStaysAsync();
        var exception = await market.ExceptionAsync(coming.Held.IntentId, "no_show_refund");
        var agent = await market.SeedAsync("agent");

        await market.OrderAsync(exception, market.TokenOf(agent), new { action = "cancel_and_refund" });

        Assert.Equal(("resolved", "cancelled", agent.AccountId), await market.UntilClosedAsync(exception));
        await Marketplace.EventuallyAsync(async () => await market.StatusOfAsync(coming) == "cancelled", () => market.Complaints);
        Assert.Equal(coming.Held.Total - decimal.Round(coming.Held.Total / 2, 2), await market.MoneyAtProvidersAsync(coming.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task One_stay_that_cannot_be_moved_on_does_not_stop_the_others()
    {
        var (broken, fine) = (await market.BookSoonAsync(2), await market.BookSoonAsync(2));
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync("UPDATE reserve.reservations SET cancellation_policy = '[]' WHERE id = @Id", new { broken.Id });
        market.GoTo(broken.Stay.CheckIn > fine.Stay.CheckIn ? broken.Stay.CheckIn.AddDays(1) : fine.Stay.CheckIn.AddDays(1), 12);

        await market.ProcessStaysAsync();

        Assert.Equal("confirmed", await market.StatusOfAsync(broken));
        Assert.Equal("no_show", await market.StatusOfAsync(fine));
        Assert.Equal("open", await StuckAsync(broken));
        Assert.Null(await StuckAsync(fine));
        await connection.ExecuteAsync("UPDATE reserve.reservations SET cancellation_policy = '{\"code\":\"x\",\"name\":\"X\",\"tiers\":[]}' WHERE id = @Id", new { broken.Id });
        await market.ProcessStaysAsync();
        Assert.Equal("no_show", await market.StatusOfAsync(broken));
        Assert.Equal("resolved", await StuckAsync(broken));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_city_has_a_clock_that_is_known()
    {
        await using var connection = await market.OpenAsync();

        await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("UPDATE reserve.cities SET time_zone = 'Mars/Olympus'"));
    }

    [Fact]
    public async Task Stays_that_cannot_even_be_read_do_not_keep_the_host_from_hearing_of_those_before()
    {
        var coming = await market.BookSoonAsync(3);
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await market.Services.GetRequiredService<ProcessStays>().RunAsync(CancellationToken.None);
        await using var connection = await market.OpenAsync();
        var check = await market.ReadAsync<string>("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'time_zone_known'");
        await connection.ExecuteAsync("ALTER TABLE reserve.cities DROP CONSTRAINT time_zone_known; UPDATE reserve.cities SET time_zone = 'Mars/Olympus'");
        try
        {
            await market.RunJobAsync("process_stays");
            await market.Durable.WaitForInstanceCompletionAsync("process-stays", CancellationToken.None);
        }
        finally
        {
            await connection.ExecuteAsync("UPDATE reserve.cities SET time_zone = @Zone", new { StayMarket.Zone });
            await connection.ExecuteAsync($"ALTER TABLE reserve.cities ADD CONSTRAINT time_zone_known {check}");
        }

        await ReleasedAsync(coming);
    }

    [Fact]
    public async Task Nights_are_given_back_at_a_host_that_would_not_sell_so_short_a_stay()
    {
        var coming = await market.BookSoonAsync(3);
        var room = await market.ReadAsync<Guid>("SELECT host_unit_id FROM reserve.unit_map WHERE id = @UnitId", coming.Stay);
        using var answer = await market.Host.PutAsJsonAsync(
            "/control/nights", new { room_type_id = room, from = coming.Stay.CheckIn, to = coming.Stay.CheckOut, min_stay = 2, closed_to_departure = true });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);

        await market.ProcessStaysAsync();

        await ReleasedAsync(coming);
        Assert.Equal($"{coming.Stay.CheckIn.AddDays(1):yyyy-MM-dd}", (await market.AtHostAsync(coming))["check_out"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_host_that_has_the_nights_back_already_is_not_asked_for_them()
    {
        var coming = await market.BookSoonAsync(3);
        var booking = await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE id = @Id", new { coming.Id });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 422, method = "PATCH", path = "/v1/bookings/*", count = (int?)null });
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await market.ControlAsync(market.Host, $"/control/bookings/{booking}/cancel", new { });

        await market.ProcessStaysAsync();

        await ReleasedAsync(coming);
        Assert.Equal(0, await ExceptionsAsync(coming));
    }

    [Fact]
    public async Task The_intent_is_locked_before_its_reservation_as_everybody_else_does_it()
    {
        var coming = await market.BookSoonAsync(2);
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await using var connection = await market.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var mine = await connection.ExecuteScalarAsync<int>("SELECT pg_backend_pid() FROM reserve.booking_intents WHERE id = @IntentId FOR UPDATE", coming.Held);

        var run = market.Services.GetRequiredService<ProcessStays>().RunAsync(CancellationToken.None);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE @mine = ANY (pg_blocking_pids(pid)))", new { mine }),
            () => "nobody waits for the intent");
        // Whoever only looks, as the handler of the Host's echo, lets go by itself; one that waits for the intent would not.
        await connection.ExecuteAsync("SET LOCAL lock_timeout = '500ms'");
        await connection.ExecuteAsync("SELECT FROM reserve.reservations WHERE id = @Id FOR UPDATE", new { coming.Id });
        await transaction.CommitAsync();

        await run;
        Assert.Equal("no_show", await market.StatusOfAsync(coming));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Check_in_and_several_runs_of_the_timer_at_the_same_instant_come_to_one_end(int seed)
    {
        var random = new Random(TestSeed.Or(seed));
        List<Coming> all = [];
        for (var i = 0; i < 6; i++)
        {
            all.Add(await market.BookSoonAsync(2));
        }

        // Of those whose time has come some guests stand at the desk in that very moment.
        market.GoTo(all.Max(coming => coming.Stay.CheckIn).AddDays(1), 12);
        var token = market.TokenOf(await market.SeedAsync("agent"));
        await Task.WhenAll([
            .. all.Where(_ => random.Next(3) > 0).Select(coming => market.AskAsync(coming, "check-in", token)),
            .. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => market.Services.GetRequiredService<ProcessStays>().RunAsync(CancellationToken.None)),
            .. all.Where(_ => random.Next(2) > 0).Select(coming => market.AskAsync(coming, "check-in", token)),
            market.ProcessStaysAsync(),
        ]);

        foreach (var coming in all)
        {
            var status = await market.StatusOfAsync(coming);
            Assert.Contains(status, new[] { "no_show", "checked_in", "checked_out" });
            Assert.Equal(
                status == "no_show" ? 1 : 0,
                await market.ReadAsync<long>("SELECT count(*) FROM reserve.ledger_transactions WHERE business_key = 'cancelfee:' || @Id", new { coming.Id }));
            Assert.Equal(1, (await market.EventsAsync(coming)).Count(type => type is "booking.no_show" or "booking.checked_in"));
        }

        await market.ExpectSoundAsync();
    }

    private Task<T> RowAsync<T>(Coming coming, string columns) => OneAsync<T>($"SELECT {columns} FROM reserve.reservations WHERE id = @Id", new { coming.Id });

    private async Task<T> OneAsync<T>(string sql, object parameters)
    {
        await using var connection = await market.OpenAsync();
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    private Task ReleasedAsync(Coming coming) => Marketplace.EventuallyAsync(
        async () => await ReleaseStateAsync(coming) == "done", () => $"the Host was not told\n{market.Complaints}");

    private async Task<string> ReleaseStateAsync(Coming coming) => await market.ReadAsync<string?>(
        "SELECT state FROM reserve.provider_operations WHERE kind = 'host_release' AND booking_intent_id = @IntentId", coming.Held) ?? "";

    private Task<string?> StuckAsync(Coming coming) => market.ReadAsync<string?>(
        "SELECT status FROM reserve.exceptions WHERE reservation_id = @Id AND exception_type = 'stay_not_moved'", new { coming.Id });

    private Task<long> ExceptionsAsync(Coming coming) => market.ReadAsync<long>(
        "SELECT count(*) FROM reserve.exceptions WHERE reservation_id = @Id AND exception_type = 'host_release_failed'", new { coming.Id });
}
