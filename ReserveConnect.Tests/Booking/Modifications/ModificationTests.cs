using System.Net;
using Dapper;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>A booking becomes another stay: nights, money, Host and books follow together.</summary>
public sealed class ModificationTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_longer_stay_is_paid_and_stands_here_and_at_the_host(string method)
    {
        var window = await market.FreeWindowAsync(4);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 2);
        var longer = new { check_out = window.From.AddDays(4) };
        var quote = await market.QuoteMoveAsync(booking, longer);
        Assert.Equal(HttpStatusCode.OK, quote.Status);
        Assert.True(quote.Body["is_available"]!.GetValue<bool>());

        var change = await market.BeginMoveAsync(booking, longer);
        Assert.Equal(quote.Body["price"]!["difference"]!.GetValue<decimal>(), change.Due);
        Assert.True(change.Due > 0);
        Assert.Equal((2, 2), await market.RoomsAsync(new(window.UnitId, window.From, window.To)));
        Assert.Equal(booking.Held.Stay, await market.StayAsync(booking));
        Assert.Equal(change.IntentId, (await market.ReservationAsync(booking))["modification"]!["booking_intent_id"]!.GetValue<Guid>());
        await market.ExpectSoundAsync();

        await market.PayAsync(booking, change, method);
        await market.UntilAsync(change.IntentId, "confirmed");

        var moved = booking.Held.Stay with { CheckOut = window.To };
        Assert.Equal(moved, await market.StayAsync(booking));
        Assert.Equal(moved, await market.StayAtHostAsync(booking));
        Assert.Equal((0, 4), await market.RoomsAsync(moved));
        Assert.Equal(booking.Held.Total + change.Due, await market.TotalAsync(booking));
        Assert.Equal(change.Due, await market.MoneyAtProvidersAsync(change.IntentId));
        Assert.Equal(0m, await market.BalanceAsync(booking, "guest_prepayment"));
        Assert.Null((await market.ReservationAsync(booking))["modification"]);
        await market.ExpectSoundAsync();
        // What the Host says of it is what we did.
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE reservation_id = @ReservationId", new { booking.ReservationId }));
    }

    [Fact]
    public async Task In_a_full_house_a_stay_is_shifted_and_takes_only_the_night_that_it_lacks()
    {
        var window = await market.FreeWindowAsync(3, rooms: 1);
        await market.PriceAsync(window, 250m);
        var booking = await market.BookAsync(window, nights: 2);
        var whole = new Stay(window.UnitId, window.From, window.To);

        await market.MoveAsync(booking, new { check_in = window.From.AddDays(1), check_out = window.To });

        Assert.Equal(new(window.UnitId, window.From.AddDays(1), window.To), await market.StayAtHostAsync(booking));
        Assert.Equal((0, 2), await market.RoomsAsync(whole));
        // The night that it left is somebody else's now.
        await market.PayByCardAsync(new(window.UnitId, window.From, window.From.AddDays(1)));
        await Marketplace.EventuallyAsync(async () => await market.RoomsAsync(whole) == (0, 3), () => "the night did not go back");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_booking_moves_to_another_unit_of_its_property()
    {
        var (window, other) = await TwoUnitsAsync();
        var booking = await market.BookAsync(window, nights: 2);

        await market.MoveAsync(booking, new { unit_id = other });

        Assert.Equal(new(other, window.From, window.To), await market.StayAtHostAsync(booking));
        Assert.Equal((0, 0), await market.RoomsAsync(booking.Held.Stay));
        Assert.Equal((0, 2), await market.RoomsAsync(new(other, window.From, window.To)));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Another_guest_pays_the_supplement()
    {
        var window = await market.FreeWindowAsync(2);
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                """
                UPDATE reserve.unit_map SET base_capacity = 1 WHERE id = @UnitId;
                UPDATE reserve.rate_plans SET extra_guest_fee = 40, length_of_stay_discounts = '[]', service_fee_percentage = 0 WHERE unit_id = @UnitId;
                DELETE FROM reserve.rate_plans
                WHERE is_season
                  AND property_id = (SELECT property_id FROM reserve.unit_map WHERE id = @UnitId)
                """,
                window);
        }

        var booking = await market.BookAsync(window, nights: 2);

        var change = await market.MoveAsync(booking, new { adults = 2 });

        Assert.Equal(80m, change.Due);
        Assert.Equal(2, await market.ReadAsync<int>("SELECT guests_adults FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId }));
        Assert.Equal((0, 2), await market.RoomsAsync(booking.Held.Stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Nights_that_are_kept_cost_what_they_were_booked_at_and_a_day_of_arrival_that_was_closed_since_is_no_matter()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 2);
        await market.PriceAsync(window, 500m);
        await market.ReadAsync<object>(
            "UPDATE reserve.availability_calendar SET closed_to_arrival = true, min_stay = 9 WHERE unit_id = @UnitId AND date = @From", window);

        var party = (await market.QuoteMoveAsync(booking, new { infants = 1 })).Body;
        Assert.Equal((0m, 0), (party["price"]!["difference"]!.GetValue<decimal>(), party["broken_restrictions"]!.AsArray().Count));
        var longer = (await market.QuoteMoveAsync(booking, new { check_out = window.To })).Body;
        Assert.Equal([300m, 300m, 500m], longer["bill"]!["nights"]!.AsArray().Select(night => night!["price"]!.GetValue<decimal>()));
        Assert.Empty(longer["broken_restrictions"]!.AsArray());
    }

    [Theory]
    [InlineData("an infant more")]
    [InlineData("a night more")]
    [InlineData("a day later")]
    public async Task What_the_quote_promises_the_host_does_though_it_has_closed_the_days_that_the_booking_keeps(string what)
    {
        var window = await market.FreeWindowAsync(4);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 3);
        await market.RestrictAtHostAsync(window.UnitId, window.From, closedToArrival: true, minStay: 9);
        await market.RestrictAtHostAsync(window.UnitId, window.From.AddDays(3), closedToDeparture: true);

        await market.MoveAsync(booking, what switch
        {
            "an infant more" => new { infants = 1 },
            "a night more" => new { check_out = window.To },
            _ => (object)new { check_in = window.From.AddDays(1) },
        });

        Assert.Equal(await market.StayAsync(booking), await market.StayAtHostAsync(booking));
        Assert.NotEqual(what != "an infant more", booking.Held.Stay == await market.StayAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Cleaning_costs_what_it_was_booked_at_however_the_plan_has_changed_since()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 300m);
        await market.ReadAsync<object>("UPDATE reserve.rate_plans SET cleaning_fee = 80 WHERE unit_id = @UnitId", window);
        var booking = await market.BookAsync(window, nights: 2);
        await market.ReadAsync<object>("UPDATE reserve.rate_plans SET cleaning_fee = 150 WHERE unit_id = @UnitId", window);

        var quote = (await market.QuoteMoveAsync(booking, new { infants = 1 })).Body;

        Assert.Equal(0m, quote["price"]!["difference"]!.GetValue<decimal>());
        Assert.Equal(80m, quote["bill"]!["cleaning_fee"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task What_costs_the_same_is_changed_at_once_without_a_payment()
    {
        var booking = await market.BookAsync(await market.FreeWindowAsync(2), nights: 2);

        var change = await market.MoveAsync(booking, new { infants = 1 });

        Assert.Equal(0m, change.Difference);
        Assert.Equal(1, await market.ReadAsync<int>("SELECT guests_infants FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId }));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", new { change.IntentId }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_shorter_stay_gives_back_what_the_policy_gives_in_full()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 200m);
        var booking = await market.BookAsync(window, nights: 3);

        var change = await market.MoveAsync(booking, new { check_out = window.To.AddDays(-1) });

        Assert.Equal(-change.Difference, change.Refund);
        Assert.Equal(booking.Held.Total - change.Refund, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal(0m, await market.BalanceAsync(booking, "guest_prepayment"));
        Assert.Equal(0m, await market.BalanceAsync(booking, "cancellation_fee_income"));
        var seen = await market.ReservationAsync(booking);
        Assert.Equal("partial_refund", seen["payment_status"]!.GetValue<string>());
        Assert.Equal(change.Refund, seen["refunded"]!.GetValue<decimal>());
        Assert.Equal((0, 2), await market.RoomsAsync(booking.Held.Stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_shorter_stay_gives_back_half_late_and_no_later_cancellation_gives_more()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 200m);
        var booking = await market.BookAsync(window, nights: 3);
        await HalfAsync(booking);

        var change = await market.MoveAsync(booking, new { check_out = window.To.AddDays(-1) });

        Assert.Equal(-change.Difference, change.Refund + change.Kept);
        Assert.Equal(decimal.Round(-change.Difference / 2, 2, MidpointRounding.ToEven), change.Refund);
        Assert.Equal(change.Kept, await market.ReadAsync<decimal>("SELECT cancellation_fee FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId }));
        Assert.True(await market.BalanceAsync(booking, "cancellation_fee_income") > 0);
        Assert.Equal(0m, await market.BalanceAsync(booking, "guest_prepayment"));
        await market.ExpectSoundAsync();

        // Now the policy would give all of it, but for the ceiling.
        await market.ReadAsync<object>(
            "UPDATE reserve.reservations SET cancellation_policy = jsonb_set(cancellation_policy, '{tiers}', '[{\"hours_before_check_in\": 0, \"refund_percentage\": 100}]') WHERE id = @ReservationId",
            new { booking.ReservationId });
        var total = await market.TotalAsync(booking);
        var quote = (await market.QuoteAsync(booking)).Body;
        Assert.Equal(decimal.Round(total / 2, 2, MidpointRounding.ToEven), quote["refund"]!.GetValue<decimal>());
        Assert.Equal("ceiling", quote["reason"]!.GetValue<string>());
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task There_and_back_leaves_the_books_where_they_were()
    {
        var window = await market.FreeWindowAsync(4);
        await market.PriceAsync(window, 199.99m);
        var booking = await market.BookAsync(window, nights: 2);
        string[] accounts = ["guest_prepayment", "property_payable", "commission_income", "service_fee_income", "tax_payable", "tax_expense", "cancellation_fee_income"];
        var before = await BalancesAsync(booking, accounts);

        await market.MoveAsync(booking, new { check_out = window.To });
        await market.MoveAsync(booking, new { check_out = booking.Held.Stay.CheckOut });

        Assert.Equal(before, await BalancesAsync(booking, accounts));
        Assert.Equal(booking.Held.Stay, await market.StayAtHostAsync(booking));
        Assert.Equal(booking.Held.Total, await market.TotalAsync(booking));
        Assert.Equal((0, 2), await market.RoomsAsync(new(window.UnitId, window.From, window.To)));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_changed_booking_that_is_cancelled_gives_back_all_its_payments()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 2);
        var change = await market.MoveAsync(booking, new { check_out = window.To });

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(change.IntentId));
        Assert.Equal((0, 0), await market.RoomsAsync(new(window.UnitId, window.From, window.To)));
        Assert.Equal("refunded", (await market.ReservationAsync(booking))["payment_status"]!.GetValue<string>());
        await market.ExpectSoundAsync();
    }

    private async Task<decimal[]> BalancesAsync(Stands booking, string[] accounts)
    {
        List<decimal> balances = [];
        foreach (var account in accounts)
        {
            balances.Add(await market.BalanceAsync(booking, account));
        }

        return [.. balances];
    }

    // As if it had been booked long ago under a policy that gives half.
    private async Task HalfAsync(Stands booking)
    {
        await market.AgeAsync(booking);
        await market.ReadAsync<object>(
            "UPDATE reserve.reservations SET cancellation_policy = jsonb_set(cancellation_policy, '{tiers}', '[{\"hours_before_check_in\": 0, \"refund_percentage\": 50}]') WHERE id = @ReservationId",
            new { booking.ReservationId });
    }

    // Two nights that are free and without restrictions in two units of a property.
    private async Task<(Window Window, Guid Other)> TwoUnitsAsync()
    {
        await using var connection = await market.OpenAsync();
        var (unitId, from, other) = await connection.QueryFirstAsync<(Guid, DateOnly, Guid)>(
            """
            WITH free AS MATERIALIZED (
                SELECT u.property_id, c.unit_id, c.date
                FROM reserve.availability_calendar c
                JOIN reserve.unit_map u ON u.id = c.unit_id
                WHERE c.date > current_date + 40
                  AND c.date < current_date + 300
                  AND 3 = (
                      SELECT count(*)
                      FROM reserve.availability_calendar n
                      WHERE n.unit_id = c.unit_id
                        AND n.date BETWEEN c.date AND c.date + 2
                        AND n.is_available
                        AND n.min_stay = 1
                        AND NOT n.closed_to_arrival
                        AND NOT n.closed_to_departure
                        AND n.bookings_count = 0
                        AND n.temp_holds = 0
                        AND n.effective_allotment > 0))
            SELECT a.unit_id, a.date, b.unit_id
            FROM free a
            JOIN free b ON b.property_id = a.property_id AND b.date = a.date AND b.unit_id <> a.unit_id
            ORDER BY md5(a.unit_id::text || a.date::text)
            LIMIT 1
            """);
        return (new(unitId, from, from.AddDays(2)), other);
    }
}
