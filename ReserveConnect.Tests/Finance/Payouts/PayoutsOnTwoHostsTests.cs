using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Finance.Payouts;
using ReserveConnect.Tests.Booking;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>The race of hosts that calculate the same run, and that send the same payouts, at the same time.</summary>
public sealed class PayoutsOnTwoHostsTests(PayoutMarketplace market, ITestOutputHelper output) : IClassFixture<PayoutMarketplace>, IAsyncLifetime
{
    private const int Properties = 4;
    private const int Hosts = 3;
    private const int MovesOfEach = 3;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, "cut_before_work")]
    [InlineData(3, "cut_after_work")]
    [InlineData(4, "time_out_after_work")]
    public async Task What_several_hosts_calculate_and_send_at_once_is_sent_once(int seed, string? fault)
    {
        var chance = new Random(TestSeed.Or(seed));
        output.WriteLine($"seed {TestSeed.Or(seed)}");
        var owed = await OwedPropertiesAsync(chance);
        if (fault is not null)
        {
            await Marketplace.FaultAsync(market.Stripe, new { kind = fault, method = "POST", path = "/v1/transfers", count = 2 });
            await Marketplace.FaultAsync(market.MercadoPago, new { kind = fault, method = "POST", path = "/v1/transaction-intents/process", count = 2 });
        }

        var runs = (await market.Services.GetRequiredService<PayoutRuns>().OpenAsync(CancellationToken.None))
            .Where(due => due.Schedule == PayoutSchedule.PerBooking).ToList();
        var hosts = Enumerable.Range(0, Hosts).Select(_ => new OneHost(market)).ToList();
        try
        {
            // The orchestration of the runs calculates them as well, and starts the sagas.
            var job = market.RunJobAsync("run_payouts");
            await AtOnceAsync(hosts, chance, host => host.CalculateAsync(runs, owed.Keys));
            var payouts = await PayoutsAsync(owed.Keys);
            Assert.Equal(owed.OrderBy(o => o.Key), payouts.Select(p => KeyValuePair.Create(p.PropertyId, p.Gross)).OrderBy(p => p.Key));

            await AtOnceAsync(hosts, chance, host => host.MoveAsync(payouts.Select(p => p.Id)));
            await job;
            await UntilAllIsSentAsync(owed.Keys);

            await ExpectSentOnceAsync(payouts);
            Assert.Equal(payouts.Select(p => p.Id).Order(), (await PayoutsAsync(owed.Keys)).Select(p => p.Id).Order());
            await market.ExpectSoundAsync();
        }
        finally
        {
            hosts.ForEach(host => host.Dispose());
        }
    }

    // Every second one is paid by PIX.
    private async Task<Dictionary<Guid, decimal>> OwedPropertiesAsync(Random chance)
    {
        Dictionary<Guid, decimal> owed = [];
        for (var property = 0; property < Properties; property++)
        {
            var id = await market.PayeeAsync(PayoutSchedule.PerBooking, property % 2 == 0 ? null : $"{Guid.CreateVersion7()}");
            owed[id] = 100m + (chance.Next(1, 100_000) / 100m);
            await market.AdjustAsync(id, owed[id] - 10m);
            await market.AdjustAsync(id, 10m);
        }

        market.Clock.Advance(TimeSpan.FromDays(1));
        return owed;
    }

    private async Task<IReadOnlyList<(Guid Id, Guid PropertyId, string Method, decimal Gross, decimal Net)>> PayoutsAsync(IEnumerable<Guid> properties)
    {
        await using var connection = await market.OpenAsync();
        return (await connection.QueryAsync<(Guid, Guid, string, decimal, decimal)>(
            """
            SELECT id, property_id, method, gross_amount, net_amount
            FROM reserve.payouts
            WHERE property_id = ANY(@ids)
            """,
            new { ids = properties.ToArray() })).AsList();
    }

    private Task UntilAllIsSentAsync(IEnumerable<Guid> properties) => Marketplace.EventuallyAsync(
        async () =>
        {
            // What was lost on its way is asked for again after a while, and most calls are to have their answer before the clock moves.
            await Task.Delay(100);
            if (await market.ReadAsync<bool>(
                """
                SELECT NOT EXISTS (SELECT FROM reserve.payouts WHERE property_id = ANY(@ids) AND status <> 'completed')
                   AND NOT EXISTS (SELECT FROM reserve.payout_runs WHERE finished_at IS NULL)
                """,
                new { ids = properties.ToArray() }))
            {
                return true;
            }

            market.Clock.Advance(TimeSpan.FromMinutes(1));
            return false;
        },
        () => $"not all is sent\n{market.Complaints}");

    private async Task ExpectSentOnceAsync(IEnumerable<(Guid Id, Guid PropertyId, string Method, decimal Gross, decimal Net)> payouts)
    {
        var byPix = await market.SentByPixAsync();
        foreach (var payout in payouts)
        {
            var sent = payout.Method == "stripe"
                ? await market.ReceivedAsync(payout.PropertyId)
                : Assert.Single(byPix, p => p!["external_reference"]!.GetValue<string>().StartsWith($"{payout.Id:N}", StringComparison.Ordinal))!["amount"]!.GetValue<decimal>();
            Assert.Equal(payout.Net, sent);
            Assert.Equal((0m, 0m), (await market.OwedAsync(payout.PropertyId), await market.OwedAsync(payout.PropertyId, "payout_receivable")));
            Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.ledger_transactions WHERE business_key LIKE 'payout:' || @Id || '%'", new { payout.Id }));
            Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE event_type = 'payout.completed' AND aggregate_id = @Id", new { payout.Id }));
        }
    }

    // Each begins a moment after another, and goes in an order of its own.
    private static Task AtOnceAsync(IReadOnlyList<OneHost> hosts, Random chance, Func<OneHost, Task> act)
    {
        foreach (var host in hosts)
        {
            host.Chance = new(chance.Next());
        }

        return Task.WhenAll(hosts.Select(host => Task.Run(async () =>
        {
            await Task.Delay(host.Chance.Next(10));
            await act(host);
        })));
    }

    /// <summary>What one host has of its own: what it believes of balances is not what another does.</summary>
    private sealed class OneHost(Marketplace market) : IDisposable
    {
        private readonly CalculatePayouts _calculate = ActivatorUtilities.CreateInstance<CalculatePayouts>(market.Services);
        private readonly SendableBalances _balances = ActivatorUtilities.CreateInstance<SendableBalances>(market.Services);
        private readonly PayoutSagas _sagas = new PayoutSagas().Through(market.Durable);

        public Random Chance { get; set; } = new(0);

        public async Task CalculateAsync(IEnumerable<DuePayouts> runs, IEnumerable<Guid> properties)
        {
            foreach (var due in runs)
            {
                var chunk = properties.ToArray();
                Chance.Shuffle(chunk);
                await _calculate.RunAsync(new(due.Key, due.Schedule, due.From, due.Until, "schedule", AccountId: null), chunk, CancellationToken.None);
            }
        }

        /// <summary>Moves each several times and starts its saga, which moves it too, all at once.</summary>
        public Task MoveAsync(IEnumerable<Guid> payouts)
        {
            var move = ActivatorUtilities.CreateInstance<MovePayout>(market.Services, _balances);
            var steps = payouts.SelectMany(id => Enumerable.Repeat<Func<Task>>(() => move.RunAsync(id, CancellationToken.None), MovesOfEach)
                .Append(() => _sagas.AttendAsync(id, CancellationToken.None))).ToArray();
            Chance.Shuffle(steps);
            return Task.WhenAll(steps.Select(step => step()));
        }

        public void Dispose() => _balances.Dispose();
    }
}
