using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>
/// Bookings, cancellations, changes, refunds, payouts, and all that fails and comes back of them, by chance and several at the same time: whatever the
/// order, the books balance, properties are owed what payouts will pay, guests' money is somewhere, and providers have the cash that the books say.
/// </summary>
[TakesLong]
public sealed partial class MoneySequenceTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Lanes = 4;
    private const int LastArrival = 40;
    private const int NextArrival = 6;
    private const int BookingSteps = 15;
    private const int PayoutDays = 3;
    private const int PayoutSteps = 16;
    private const decimal StripeTopUp = 50_000m;
    private const decimal PixTopUp = 50_000m;

    private const string OnTheirWay =
        """
        SELECT concat_ws(' ', 'payout', id, status, method, tries, asks, next_try_at, asked_at, stripe_transfer_id, pix_transfer_id)
        FROM reserve.payouts
        WHERE status IN ('approved', 'processing') OR (status = 'failed' AND next_try_at IS NOT NULL)
        UNION ALL
        SELECT concat_ws(' ', 'cancellation', id) FROM reserve.cancellations WHERE status = 'pending'
        UNION ALL
        SELECT concat_ws(' ', 'refund', id, status) FROM reserve.refunds WHERE status <> 'succeeded'
        UNION ALL
        SELECT concat_ws(' ', 'event', id, event_type, attempts) FROM reserve.events WHERE processed_at IS NULL AND dead_lettered_at IS NULL
        UNION ALL
        SELECT concat_ws(' ', 'intent', id, status)
        FROM reserve.booking_intents
        WHERE status IN ('payment_confirmed', 'host_commit_pending', 'host_commit_failed', 'refund_pending')
        """;

    private const string WhatBecame =
        """
        SELECT concat_ws(' ', what, count(*))
        FROM (
            SELECT 'payout ' || status AS what FROM reserve.payouts
            UNION ALL
            SELECT CASE WHEN modifies_reservation_id IS NULL THEN 'booking ' ELSE 'change ' END || status FROM reserve.booking_intents
            UNION ALL
            SELECT 'called for ' || exception_type FROM reserve.exceptions
            UNION ALL
            SELECT 'posted ' || transaction_type FROM reserve.ledger_transactions) w
        GROUP BY what
        ORDER BY what
        """;

    private readonly SequenceMarketplace _market = new();
    private Somebody _one = null!;
    private Somebody _other = null!;
    private int _lastArrival = LastArrival;

    public async Task InitializeAsync()
    {
        await _market.InitializeAsync();
        await _market.ControlAsync(_market.Stripe, "/control/balance", new { amount = (long)(StripeTopUp * 100) });
        await _market.ControlAsync(_market.MercadoPago, "/control/balance", new { amount = PixTopUp });
        (_one, _other) = (await _market.SeedAsync("supervisor"), await _market.SeedAsync("supervisor"));
        await PayEverybodyAsync();
    }

    public Task DisposeAsync() => _market.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_the_order_the_books_balance_and_the_cash_is_there(int seed)
    {
        var chance = new Random(TestSeed.Or(seed));
        output.WriteLine($"seed {TestSeed.Or(seed)}");

        await LanesAsync(chance, BookingSteps, BookAsync, BookAsync, BookAsync, CancelAsync, ShortenAsync, LengthenAsync, GiveAsync, FailBookingAsync, DecideAsync);
        await _market.CalmAsync();
        await SettledAsync();
        // The stays begin and end, and are due; what was paid for them by PIX can still be given back.
        _market.Clock.Advance(TimeSpan.FromDays(LastArrival));
        (_one, _other) = (await _market.SeedAsync("supervisor"), await _market.SeedAsync("supervisor"));
        _lastArrival = NextArrival;
        for (var day = 0; day < PayoutDays; day++)
        {
            await LanesAsync(
                chance, PayoutSteps, RunAsync, OrderAsync, OrderAsync, OrderAsync, ApproveAsync, RejectAsync, RetryAsync, ReturnAsync, FailAsync, GiveAsync, AdjustAsync, CancelAsync,
                BookAsync, BookAsync, ShortenAsync, LengthenAsync, FailBookingAsync, DecideAsync);
            await _market.CalmAsync();
            await SettledAsync();
            _market.Clock.Advance(TimeSpan.FromDays(chance.Next(1, 4)));
        }

        await _market.ExpectSoundAsync();
        await ExpectCashAsync();
        Assert.True(await _market.ReadAsync<long>("SELECT count(*) FROM reserve.payouts WHERE status = 'completed'") > 0, "nobody was paid");
        output.WriteLine(string.Join(", ", await Rows(WhatBecame)));
    }

    private async Task<IEnumerable<string>> Rows(string sql)
    {
        await using var connection = await _market.OpenAsync();
        return await connection.QueryAsync<string>(sql);
    }

    // Every property by one of the schedules, every second one by PIX.
    private async Task PayEverybodyAsync()
    {
        await using var connection = await _market.OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.payout_settings
                (property_id, schedule, method, stripe_account_id, pix_key_type, pix_key, pix_owner_document, changed_by, destination_changed_at, changed_at)
            SELECT p.id, CASE p.nr % 3 WHEN 0 THEN 'per_booking' WHEN 1 THEN 'weekly' ELSE 'monthly' END, CASE WHEN p.nr % 2 = 0 THEN 'stripe' ELSE 'pix' END,
                   CASE WHEN p.nr % 2 = 0 THEN 'acct_all' END, CASE WHEN p.nr % 2 = 1 THEN 'random' END, CASE WHEN p.nr % 2 = 1 THEN p.id::text END,
                   CASE WHEN p.nr % 2 = 1 THEN '52998224725' END, 'test', now(), now()
            FROM (SELECT id, row_number() OVER (ORDER BY id) AS nr FROM reserve.properties_map) p
            """);
        await _market.ControlAsync(_market.Stripe, "/control/accounts", new { id = "acct_all", transfers = "active" });
    }

    private static Task LanesAsync(Random chance, int steps, params Func<Random, Task>[] what) =>
        Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => chance.Next()).ToList().Select(async seed =>
        {
            var mine = new Random(seed);
            for (var step = 0; step < steps; step++)
            {
                await what[mine.Next(what.Length)](mine);
            }
        }));

    // A token is good for minutes, a session for weeks, and others move the clock by days.
    private async Task AskAsync(string path, Somebody who, object body)
    {
        for (var tries = 0; tries < 5 && (await _market.PostAsync(path, body, _market.TokenOf(who))).Status == HttpStatusCode.Unauthorized; tries++)
        {
            if (tries == 2)
            {
                var fresh = await _market.SeedAsync("supervisor");
                (_one, _other) = who == _one ? (fresh, _other) : (_one, fresh);
                who = fresh;
            }
        }
    }

    private async Task ExpectCashAsync()
    {
        var stripe = JsonNode.Parse(await _market.Stripe.GetStringAsync("/control/balance"))!;
        var pix = JsonNode.Parse(await _market.MercadoPago.GetStringAsync("/control/balance"))!;
        Assert.Equal((stripe["available"]!.GetValue<long>() + stripe["pending"]!.GetValue<long>()) / 100m, StripeTopUp + await CashAsync("cash_stripe"));
        Assert.Equal(pix["available"]!.GetValue<decimal>() + pix["held"]!.GetValue<decimal>(), PixTopUp + await CashAsync("cash_pix"));
    }

    private Task<decimal> CashAsync(string account) => _market.ReadAsync<decimal>(
        "SELECT coalesce(sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END), 0) FROM reserve.financial_ledger WHERE account = @account", new { account });

    private sealed class SequenceMarketplace : Marketplace
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            // So that some wait for an approval.
            new("Reserve:Payouts:ApprovalLimit", "1500"),
            new("Reserve:Payouts:BalanceAge", "00:00:00"),
            new("Reserve:Payouts:MaxBackoff", "00:30:00"),
        ];
    }
}
