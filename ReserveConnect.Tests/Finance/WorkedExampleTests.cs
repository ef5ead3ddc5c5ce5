using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Booking.Modifications;
using Xunit;
using static ReserveConnect.Tests.Finance.Rules;

namespace ReserveConnect.Tests.Finance;

/// <summary>The worked example of the books (money.md): a booking of R$ 1,000.00 by card, through the whole system.</summary>
public sealed class WorkedExampleTests(WorkedExampleTests.ExampleMarketplace market) : IClassFixture<WorkedExampleTests.ExampleMarketplace>
{
    [Fact]
    public async Task A_card_booking_of_a_thousand_reals_is_in_the_books_as_the_worked_example_has_it()
    {
        // Two nights of 500.00, and nothing else on the bill.
        var window = await market.FreeWindowAsync(2);
        await market.PriceAsync(window, 500m);
        await market.ExecuteAsync(
            "UPDATE reserve.rate_plans SET cleaning_fee = 0, service_fee_percentage = 0, length_of_stay_discounts = '[]' WHERE unit_id = @UnitId", new { window.UnitId });
        await market.MakeAsync("commission", Percentage(await market.PropertyOfAsync(window.UnitId), 15m, market.Today()));
        await market.MakeAsync("tax", new { city_id = Urubici, tax_type = "ISS", rate = 5m, applies_to = "commission", effective_from = Day(market.Today()), reason = "a law" });

        var booking = await market.BookAsync(window, nights: 2);
        Assert.Equal(1_000m, booking.Held.Total);
        // Stripe reports its fee after the booking stands.
        await Marketplace.EventuallyAsync(async () => Of(await TrialBalanceAsync(), "stripe_fees") != 0, () => $"the fee is not in the books\n{market.Complaints}");

        var trial = await TrialBalanceAsync();
        Assert.Equal(970.70m, Of(trial, "cash_stripe"));
        Assert.Equal(0m, Of(trial, "guest_prepayment"));
        Assert.Equal(850.00m, Of(trial, "property_payable"));
        Assert.Equal(150.00m, Of(trial, "commission_income"));
        Assert.Equal(29.30m, Of(trial, "stripe_fees"));
        Assert.Equal(7.50m, Of(trial, "tax_expense"));
        Assert.Equal(7.50m, Of(trial, "tax_payable"));
        Assert.Equal(
            ["cash_stripe", "commission_income", "property_payable", "stripe_fees", "tax_expense", "tax_payable"],
            trial["accounts"]!.AsArray().Where(a => Number(a!, "balance") != 0).Select(a => Text(a!, "account")).Order(StringComparer.Ordinal));
        Assert.Equal(1_007.50m, Sum(trial, "asset", "expense"));
        Assert.Equal(1_007.50m, Sum(trial, "liability", "equity", "revenue"));
        Assert.Equal(Number(trial, "debits"), Number(trial, "credits"));
        await market.ExpectSoundAsync();
    }

    private async Task<JsonNode> TrialBalanceAsync()
    {
        var answer = await market.GetAsync("admin/ledger/trial-balance", await market.TokenAsync("agent"));
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}");
        return answer.Body;
    }

    private static decimal Of(JsonNode trial, string account) =>
        trial["accounts"]!.AsArray().SingleOrDefault(a => Text(a!, "account") == account) is { } found ? Number(found, "balance") : 0m;

    private static decimal Sum(JsonNode trial, params string[] kinds) =>
        trial["accounts"]!.AsArray().Where(a => kinds.Contains(Text(a!, "kind"))).Sum(a => Number(a!, "balance"));

    /// <summary>A marketplace whose card payments cost what they do in the example: 2.9 % and 0.30.</summary>
    public sealed class ExampleMarketplace : Marketplace
    {
        protected override SandboxOptions SandboxSettings =>
            base.SandboxSettings with { Stripe = base.SandboxSettings.Stripe with { FeePercent = 2.9m, FeeFixed = 0.30m } };
    }
}
