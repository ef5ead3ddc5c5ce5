using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Booking.Modifications;
using Xunit;
using static ReserveConnect.Tests.Finance.Rules;

namespace ReserveConnect.Tests.Finance;

/// <summary>A booking keeps the rules that it was confirmed under, whatever comes after (money.md, commission).</summary>
public sealed class RuleAtBookingTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_rule_that_begins_after_a_booking_does_not_move_it_and_counts_for_the_next()
    {
        var window = await market.FreeWindowAsync(3, notAt: await RuledAsync());
        await market.PriceAsync(window, 600m);
        var booking = await market.BookAsync(window, nights: 1);
        var property = await market.PropertyOfAsync(window.UnitId);
        var before = await MoneyAsync(booking);
        // From today on, and the city's ISS with it.
        await market.MakeAsync("commission", Percentage(property, 1m, market.Today()));
        await market.MakeAsync("tax", new { city_id = Urubici, tax_type = "ISS", rate = 2m, applies_to = "commission", effective_from = Day(market.Today()), reason = "a law" });

        await market.MoveAsync(booking, new { check_out = window.From.AddDays(2) });
        var after = await MoneyAsync(booking);
        var next = await MoneyAsync(await market.BookAsync(window, nights: 1, after: 2));

        Assert.Equal(Math.Max(50m, decimal.Round(before.Base * 0.15m, 2, MidpointRounding.ToEven)), before.Commission);
        Assert.True(after.Base > before.Base, $"{before} {after}");
        Assert.Equal(Math.Max(50m, decimal.Round(after.Base * 0.15m, 2, MidpointRounding.ToEven)), after.Commission);
        Assert.Equal((Default, 5m), (after.Rule, after.TaxRate));
        Assert.Equal(decimal.Round((after.Commission + after.ServiceFee) * 0.05m, 2, MidpointRounding.ToEven), after.ServiceTax);
        Assert.Equal((decimal.Round(next.Base * 0.01m, 2, MidpointRounding.ToEven), 2m), (next.Commission, next.TaxRate));
        Assert.Equal(decimal.Round((next.Commission + next.ServiceFee) * 0.02m, 2, MidpointRounding.ToEven), next.ServiceTax);

        // Leaving gives everything back as it was shared.
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        Assert.Equal(0m, await market.BalanceAsync(booking, "commission_income"));
        Assert.Equal(0m, await market.BalanceAsync(booking, "tax_payable"));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_the_quote_says_is_what_the_booking_pays()
    {
        var stay = await market.FreeStayAsync(isUntouched: true, notAt: await RuledAsync());
        var property = await market.PropertyOfAsync(stay.UnitId);
        await market.MakeAsync("commission", new
        {
            property_id = property, rule_type = "tiered", tiers = new[] { new { from_bookings = 0, rate_percentage = 17.77m } }, effective_from = Day(market.Today()), reason = "r",
        });
        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "confirmed");
        var money = await MoneyAsync(held.IntentId);

        var quote = (await market.PostAsync(
            "admin/commission/quote", new { unit_id = stay.UnitId, base_price = money.Base, bookings_this_month = 0 }, await market.TokenAsync("agent"))).Body;

        Assert.Equal((money.Commission, money.Rule), (Number(quote, "commission_amount"), Text(quote["rule"]!, "id")));
    }

    // The property that another of these tests has made a rule of its own for.
    private Task<Guid?> RuledAsync() => market.ReadAsync<Guid?>("SELECT property_id FROM reserve.commission_rules WHERE property_id IS NOT NULL LIMIT 1");

    [Fact]
    public async Task Of_bookings_that_are_confirmed_at_once_each_counts_those_before_it()
    {
        var property = await market.ReadAsync<Guid>(
            """
            SELECT u.property_id
            FROM reserve.unit_map u
            WHERE u.is_active
              AND NOT EXISTS (SELECT FROM reserve.booking_intents i WHERE i.property_id = u.property_id)
            ORDER BY u.property_id
            LIMIT 1
            """);
        await using var connection = await market.OpenAsync();
        var nights = (await connection.QueryAsync<Stay>(
            """
            SELECT c.unit_id, c.date AS check_in, c.date + 1 AS check_out
            FROM reserve.availability_calendar c
            JOIN reserve.unit_map u ON u.id = c.unit_id
            WHERE u.property_id = @property
              AND u.max_occupancy >= 2
              AND c.date > current_date + 20
              AND c.is_available
              AND c.effective_allotment > 0
              AND c.min_stay = 1
              AND NOT c.closed_to_arrival
              AND NOT EXISTS (
                  SELECT
                  FROM reserve.availability_calendar d
                  WHERE d.unit_id = c.unit_id
                    AND d.date = c.date + 1
                    AND d.closed_to_departure)
            ORDER BY c.date
            LIMIT 6
            """,
            new { property })).AsList();

        var held = await Task.WhenAll(nights.Select(market.PayByCardAsync));
        foreach (var intent in held)
        {
            await market.UntilAsync(intent.IntentId, "confirmed");
        }

        var counts = (await connection.QueryAsync<int>(
            "SELECT (commission_rule ->> 'bookings_this_month')::int FROM reserve.reservations WHERE property_id = @property ORDER BY 1", new { property })).AsList();
        Assert.Equal(Enumerable.Range(0, held.Length), counts);
    }

    private Task<Money> MoneyAsync(Stands booking) => MoneyAsync(booking.Held.IntentId);

    private async Task<Money> MoneyAsync(Guid intentId)
    {
        await using var connection = await market.OpenAsync();
        return await connection.QuerySingleAsync<Money>(
            """
            SELECT base_price - discount_amount AS base, commission_amount AS commission, service_fee, service_tax, service_tax_rate AS tax_rate,
                   commission_rule -> 'rule' ->> 'id' AS rule
            FROM reserve.reservations
            WHERE booking_intent_id = @intentId
            """,
            new { intentId });
    }

    private sealed record Money(decimal Base, decimal Commission, decimal ServiceFee, decimal ServiceTax, decimal TaxRate, string Rule);
}
