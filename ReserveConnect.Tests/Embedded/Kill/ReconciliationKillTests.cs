using System.Net;
using System.Net.Http.Json;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Embedded.Kill;

/// <summary>The reconciliation of a day whose providers list falsely, while the host dies at every commit.</summary>
[TakesLong]
public sealed class ReconciliationKillTests(ITestOutputHelper output) : KillTest
{
    private TimeSpan _ahead;

    private protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Clock:Offset", $"{_ahead:c}"),
        new("Reserve:Reconciliation:BalanceTries", "2"),
        new("Reserve:Reconciliation:BalancePause", "00:00:00.100"),
        new("Reserve:Reconciliation:ReportPause", "00:00:00.100"),
        new("Reserve:Reconciliation:PageSize", "1"),
        new("Reserve:Reconciliation:PagesPerStep", "3"),
    ];

    [Fact]
    public async Task A_host_killed_at_every_commit_finds_the_same_as_one_that_lives()
    {
        await BookUndisturbedAsync(await LoadCityAsync(), "card");
        foreach (var (address, rule) in (IEnumerable<(Uri, object)>)
            [(Stripe, new { fault = "alter", reference = await ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts") }), (MercadoPago, new { fault = "lose" })])
        {
            using var falsified = await Client.PostAsJsonAsync(new Uri(address, "/control/transactions/behaviour"), rule);
            Assert.True(falsified.IsSuccessStatusCode);
        }

        var day = await ReadAsync<DateOnly>("SELECT reserve.book_date(created_at) FROM reserve.ledger_transactions WHERE transaction_type = 'payment'");
        // The day's own run is that of the morning after it.
        _ahead = new DateTimeOffset(day.AddDays(1), new(5, 10), TimeSpan.FromHours(-3)) - TimeProvider.System.GetUtcNow();
        using var ahead = await Client.PutAsJsonAsync(new Uri(Stripe, "/control/clock"), new { advance = _ahead });
        Assert.Equal(HttpStatusCode.OK, ahead.StatusCode);

        using var done = new CancellationTokenSource(Patience);
        var deaths = KeepDyingAsync(done.Token);
        await RunAsync(day, done.Token);
        await done.CancelAsync();
        output.WriteLine($"killed {await deaths} times");
        // Once more by a host that lives: it finds nothing new.
        using (var alive = Start("never"))
        {
            await RunAsync(day, CancellationToken.None);
            alive.Kill();
            await alive.WaitForExitAsync();
        }

        await FinishAsync();

        Assert.True(await deaths > 5, "the host was hardly ever killed");
        Assert.Equal("stripe amount_mismatch 0.01 open", await ReadAsync<string>(
            "SELECT string_agg(concat_ws(' ', provider, kind, difference, status), ', ' ORDER BY provider) FROM reserve.reconciliation_findings"));
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'reconciliation_finding'"));
        Assert.Equal(0, await ReadAsync<long>("SELECT count(*) FROM reserve.reconciliation_staging"));
        await ExpectSoundAsync();
    }

    // Ordered, and waited for.
    private async Task RunAsync(DateOnly day, CancellationToken stop)
    {
        await InsistAsync(() => new(HttpMethod.Post, new Uri(Api, "admin/jobs/reconcile_payments")) { Headers = { { "X-Operator-Key", OperatorKey } } }, stop);
        while (await ReadAsync<long>("SELECT count(DISTINCT provider) FROM reserve.reconciliations WHERE status = 'done' AND book_date = @day", new { day }) < 3
            || await ReadAsync<long>("SELECT count(*) FROM reserve.reconciliations WHERE status IN ('requested', 'running')") > 0)
        {
            Assert.False(stop.IsCancellationRequested, "it does not end");
            await Task.Delay(BetweenTries, CancellationToken.None);
        }
    }
}
