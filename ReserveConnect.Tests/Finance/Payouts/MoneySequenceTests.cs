using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Booking.Modifications;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>
/// Bookings, cancellations, changes, refunds, payouts, and all that fails and comes back of them, by chance and several at the same time: whatever the
/// order, the books balance, properties are owed what payouts will pay, guests' money is somewhere, and providers have the cash that the books say.
/// </summary>
[TakesLong]
public sealed class MoneySequenceTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Lanes = 4;
    private const int LastArrival = 40;
    private const int BookingSteps = 15;
    private const int PayoutDays = 3;
    private const int PayoutSteps = 12;
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

    private readonly SequenceMarketplace _market = new();
    private readonly ConcurrentBag<Stands> _bookings = [];
    private Somebody _one = null!;
    private Somebody _other = null!;

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

        await LanesAsync(chance, BookingSteps, BookAsync, BookAsync, BookAsync, CancelAsync, ShortenAsync, GiveAsync);
        await SettledAsync();
        // The stays begin and end, and are due; what was paid for them by PIX can still be given back.
        _market.Clock.Advance(TimeSpan.FromDays(LastArrival));
        (_one, _other) = (await _market.SeedAsync("supervisor"), await _market.SeedAsync("supervisor"));
        for (var day = 0; day < PayoutDays; day++)
        {
            await LanesAsync(chance, PayoutSteps, RunAsync, OrderAsync, OrderAsync, ApproveAsync, RejectAsync, RetryAsync, ReturnAsync, FailAsync, GiveAsync, AdjustAsync, CancelAsync);
            await _market.CalmAsync();
            await SettledAsync();
            _market.Clock.Advance(TimeSpan.FromDays(chance.Next(1, 4)));
        }

        await _market.ExpectSoundAsync();
        await ExpectCashAsync();
        Assert.True(await _market.ReadAsync<long>("SELECT count(*) FROM reserve.payouts WHERE status = 'completed'") > 0, "nobody was paid");
        output.WriteLine(string.Join(", ", (await Rows("SELECT status || ' ' || count(*) FROM reserve.payouts GROUP BY status ORDER BY 1"))
            .Concat(await Rows("SELECT transaction_type || ' ' || count(*) FROM reserve.ledger_transactions GROUP BY transaction_type ORDER BY 1"))));
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

    private async Task BookAsync(Random chance)
    {
        var answer = await _market.AskForHoldAsync(await SoonAsync(chance, 2 + chance.Next(2)));
        if (answer.Status != HttpStatusCode.Created)
        {
            return;
        }

        var intentId = answer.Body["booking_intent_id"]!.GetValue<Guid>();
        var method = chance.Next(2) == 0 ? "card" : "pix";
        var payment = (await _market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{intentId}/payments/{method}"))).Body;
        if (payment["provider_payment_id"] is null || (method == "card" && payment["client_secret"] is null))
        {
            return;
        }

        _ = method == "pix" ? await _market.PayPixAsync(payment) : await _market.ConfirmCardAsync(payment);
        var status = await _market.UntilAsync(intentId, "confirmed", "cancelled", "expired", "refund_pending");
        if (status == "confirmed")
        {
            await using var connection = await _market.OpenAsync();
            var (code, id) = await connection.QuerySingleAsync<(string, Guid)>("SELECT confirmation_code, id FROM reserve.reservations WHERE booking_intent_id = @intentId", new { intentId });
            _bookings.Add(new(new(intentId, new(Guid.Empty, default, default), 0), code, id));
        }
    }

    private async Task<Stay> SoonAsync(Random chance, int nights)
    {
        await using var connection = await _market.OpenAsync();
        return await connection.QueryFirstAsync<Stay>(
            """
            SELECT c.unit_id, c.date AS check_in, c.date + @nights AS check_out
            FROM reserve.availability_calendar c
            WHERE c.date BETWEEN @today + 5 AND @today + @LastArrival
              AND c.min_stay <= @nights
              AND NOT c.closed_to_arrival
              AND @nights = (
                  SELECT count(*)
                  FROM reserve.availability_calendar n
                  WHERE n.unit_id = c.unit_id
                    AND n.date >= c.date
                    AND n.date < c.date + @nights
                    AND n.is_available
                    AND n.effective_allotment > 0)
            ORDER BY md5(c.unit_id::text || c.date::text || @roll::text)
            LIMIT 1
            """,
            new { nights, LastArrival, roll = chance.Next(), today = DateOnly.FromDateTime(_market.Clock.GetUtcNow().UtcDateTime) });
    }

    private Task CancelAsync(Random chance) => WithBookingAsync(chance, booking => _market.CancelAsync(booking));

    private Task GiveAsync(Random chance) => WithBookingAsync(chance, booking => AskAsync(
        $"admin/reservations/{booking.ReservationId}/refund", _one,
        new { amount = 1m + (chance.Next(1, 4_000) / 100m), reason = "by chance", charged_to = chance.Next(2) == 0 ? "property" : "platform" }));

    private Task ShortenAsync(Random chance) => WithBookingAsync(chance, async booking =>
    {
        var until = await _market.ReadAsync<DateTime>("SELECT check_out - 1 FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });
        await _market.AskToMoveAsync(booking, new { check_out = DateOnly.FromDateTime(until) });
    });

    private async Task WithBookingAsync(Random chance, Func<Stands, Task> act)
    {
        if (_bookings.ToArray() is { Length: > 0 } all)
        {
            await act(all[chance.Next(all.Length)]);
        }
    }

    private async Task AdjustAsync(Random chance)
    {
        var (property, sides) = (await PropertyAsync(chance), chance.Next(2) == 0 ? ("debit", "credit") : ("credit", "debit"));
        await AskAsync("admin/ledger", _one, new
        {
            reason = "by chance",
            entries = new object[]
            {
                new { account = "property_payable", direction = sides.Item1, amount = 40m, account_id = property },
                new { account = "refund_expense", direction = sides.Item2, amount = 40m },
            },
        });
    }

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

    private Task RunAsync(Random chance) => _market.RunJobAsync("run_payouts");

    private async Task OrderAsync(Random chance) =>
        await AskAsync("admin/payouts", _one, new { property_id = await PropertyAsync(chance) });

    private Task ApproveAsync(Random chance) => WithPayoutAsync("status = 'pending_approval'", (id, version) =>
        AskAsync($"admin/payouts/{id}/approve", _other, new { version }));

    private Task RejectAsync(Random chance) => WithPayoutAsync("status IN ('pending_approval', 'failed', 'approved')", (id, _) =>
        AskAsync($"admin/payouts/{id}/reject", _one, new { reason = "by chance" }));

    private Task RetryAsync(Random chance) => WithPayoutAsync("status = 'failed'", (id, _) =>
        AskAsync($"admin/payouts/{id}/retry", _one, new { }));

    private Task ReturnAsync(Random chance) => WithPayoutAsync("status = 'completed'", async (id, _) =>
    {
        var transfer = await _market.ReadAsync<string>("SELECT coalesce(stripe_transfer_id, pix_transfer_id) FROM reserve.payouts WHERE id = @id", new { id });
        // All of it, or what was less than a real.
        var cents = chance.Next(2) == 0 ? (int?)null : 1 + chance.Next(99);
        using var request = transfer.StartsWith("tr_", StringComparison.Ordinal)
            ? new HttpRequestMessage(HttpMethod.Post, new Uri(_market.Stripe.BaseAddress!, $"/v1/transfers/{transfer}/reversals"))
            {
                Content = new FormUrlEncodedContent(cents is null ? [] : new Dictionary<string, string> { ["amount"] = $"{cents}" }),
                Headers = { Authorization = new("Bearer", "sk_test_sandbox") },
            }
            : new HttpRequestMessage(HttpMethod.Post, new Uri(_market.MercadoPago.BaseAddress!, $"/control/payouts/{transfer}/settle")) { Content = JsonContent.Create(new { outcome = "returned", amount = cents / 100m }) };
        using var answer = await _market.Stripe.SendAsync(request);
    });

    private async Task FailAsync(Random chance)
    {
        var kind = new[] { "time_out_after_work", "cut_before_work", "cut_after_work" }[chance.Next(3)];
        await (chance.Next(4) switch
        {
            0 => Marketplace.FaultAsync(_market.Stripe, new { kind, method = "POST", path = "/v1/transfers", count = 2 }),
            1 => Marketplace.FaultAsync(_market.MercadoPago, new { kind, method = "POST", path = "/v1/transaction-intents/process", count = 2 }),
            2 => _market.ControlAsync(_market.MercadoPago, "/control/payouts/behaviour", new { outcome = "rejected", reason = "by_bank", count = 1 }),
            _ => _market.ControlAsync(_market.MercadoPago, "/control/payouts/behaviour", new { outcome = "pending", count = 1 }),
        });
    }

    private async Task WithPayoutAsync(string condition, Func<Guid, int, Task> act)
    {
        await using var connection = await _market.OpenAsync();
        if (await connection.QueryFirstOrDefaultAsync<(Guid Id, int Version)?>($"SELECT id, version FROM reserve.payouts WHERE {condition} ORDER BY random() LIMIT 1") is { } found)
        {
            await act(found.Id, found.Version);
        }
    }

    private Task<Guid> PropertyAsync(Random chance) => _market.ReadAsync<Guid>(
        """
        SELECT account_id
        FROM (
            SELECT account_id, row_number() OVER (ORDER BY account_id) AS nr, count(*) OVER () AS count
            FROM (SELECT DISTINCT account_id FROM reserve.financial_ledger WHERE account = 'property_payable') p) n
        WHERE nr = 1 + @roll % count
        """,
        new { roll = chance.Next(1_000) });

    // Until nothing is on its way but what waits for a person.
    private Task SettledAsync() => Marketplace.EventuallyAsync(
        async () =>
        {
            // A call that is on its way when the clock moves has no answer in time: most of them are to have one.
            await Task.Delay(100);
            _market.Clock.Advance(TimeSpan.FromMinutes(30));
            foreach (var pending in (await _market.SentByPixAsync()).Where(p => p!["status"]!.GetValue<string>() is "pending" or "in_process"))
            {
                await _market.ControlAsync(_market.MercadoPago, $"/control/payouts/{pending!["id"]}/settle", new { outcome = "succeeded" });
            }

            await LookUpAsync();
            await RetryRefundsAsync();
            await ReleaseAsync();
            // What the clock does by itself: whatever has lost its saga gets it.
            await _market.RunJobAsync("expire_intents");
            await _market.RunJobAsync("attend_payouts");
            await _market.RunJobAsync("poll_pending_payments");
            return !(await Rows(OnTheirWay)).Any() && await UndeliveredAsync(_market.Stripe) + await UndeliveredAsync(_market.MercadoPago) == 0;
        },
        () => $"something is still on its way: {string.Join("; ", Rows(OnTheirWay).GetAwaiter().GetResult())}\n{_market.Complaints}");

    // A report that was signed before the clock moved is refused, and comes again.
    private static async Task<int> UndeliveredAsync(HttpClient system) =>
        JsonNode.Parse(await system.GetStringAsync("/control/webhooks"))!["pending"]!.GetValue<int>();

    // What the machine has given up somebody orders again.
    private async Task RetryRefundsAsync()
    {
        foreach (var id in await Rows("SELECT id::text FROM reserve.exceptions WHERE exception_type = 'refund_failed' AND status = 'open'"))
        {
            await AskAsync($"admin/exceptions/{id}/resolve", _other, new { action = "retry" });
        }
    }

    // What came back holds its property until somebody has looked.
    private async Task ReleaseAsync()
    {
        await using var connection = await _market.OpenAsync();
        await connection.ExecuteAsync("UPDATE reserve.payout_settings SET held_since = NULL, held_reason = NULL WHERE held_since IS NOT NULL");
    }

    // What can no longer be asked for somebody looks up in the dashboard.
    private async Task LookUpAsync()
    {
        foreach (var line in await Rows("SELECT id || ' ' || tries FROM reserve.payouts WHERE status = 'processing' AND method = 'pix' AND pix_transfer_id IS NULL"))
        {
            var (id, tries) = (Guid.Parse(line.Split(' ')[0]), int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
            var reference = tries == 0 ? $"{id:N}" : $"{id:N}-{tries + 1}";
            var seen = (await _market.SentByPixAsync()).FirstOrDefault(p => p!["external_reference"]!.GetValue<string>() == reference && p["status"]!.GetValue<string>() != "rejected");
            await AskAsync($"admin/payouts/{id}/settle", _other, new { reason = "seen in the dashboard", transfer_id = seen?["id"]!.GetValue<string>() });
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
