using ReserveConnect.Benchmarks.Baselines;
using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Benchmarks.Profiling;

namespace ReserveConnect.Benchmarks.Payouts;

/// <summary>
/// A weekly run of payouts by the operator's job <c>run_payouts</c>, from its order until the last property is paid: what is due, the
/// calculation, a saga for each payout, the transfer at its provider over HTTP, the books, the event of the receipt. Baseline: what
/// must be done at least, one thing after the other: as many bare transfers over HTTP at once as a host runs activities, and for each payout
/// three transactions of TPC-B on the same server, for its calculation, for its operation before the call and for what came of it.
/// </summary>
internal sealed class PayoutsBenchmark : IBenchmark
{
    private const double MostSeconds = 60;
    private const int LeastTransactions = 3;
    private const decimal Funds = 100_000_000m;

    public string Name => "payouts";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var options = world.Options;
        var accounts = await OwedProperties.MakeAsync(world, cancellation);
        using var money = new ProviderMoney(world.Stack, options);
        await money.ConnectAsync(accounts, cancellation);
        await money.FundAsync(Funds, cancellation);

        var before = await money.BalancesAsync(cancellation);
        await using var profile = options.Profile ? await StackProfile.StartAsync(world, cancellation) : null;
        await using var run = await PayoutRun.OpenAsync(world, cancellation);
        var cpu = CpuTimes.Of(world.Stack);
        profile?.Resume();
        var took = await run.PayAsync(cancellation);
        profile?.Pause();
        var used = CpuTimes.Of(world.Stack) - cpu;
        var after = await money.BalancesAsync(cancellation);
        var paid = await run.PaidAsync(cancellation);
        using var bare = new BareTransfers(world.Stack, options);
        var transfers = await bare.SendAsync(options.PayoutProperties, accounts, cancellation);
        await using var tpcb = await TpcB.PrepareAsync(world, cancellation);
        var transactions = await tpcb.RunAsync(cancellation);

        Print(world.Report, options, took, used);
        var writes = LeastTransactions * options.PayoutProperties / transactions;
        var least = transfers.TotalSeconds + writes;
        world.Report.Figure("baseline: bare transfers, and 3 TPC-B each", $"{least:0.0} s", $"{transfers.TotalSeconds:0.0} s at {options.TransfersAtOnce} at once, {writes:0.0} s at {transactions:0} a second; {tpcb.Name}");
        world.Report.Figure("ratio", $"{took.Completed.TotalSeconds / least:0.0}", "times the baseline");
        if (profile is not null)
            await profile.PrintAsync("payout", options.PayoutProperties, cancellation);
        return Adds(world, paid, (before.Stripe - after.Stripe, before.Pix - after.Pix)) & await world.CheckInvariantsAsync(cancellation);
    }

    private static void Print(Report report, BenchOptions options, RunTimes took, CpuTimes used)
    {
        var seconds = took.Completed.TotalSeconds;
        report.Title("payouts", $"one weekly run, {options.PayoutProperties:#,0} properties, {options.PayoutReservations:#,0} reservations, half by Stripe, half by PIX");
        report.Figure("all are calculated", $"{took.Calculated.TotalSeconds:0.0} s");
        report.Figure("all are completed", $"{seconds:0.0} s", $"target < {MostSeconds:0} s: {(seconds < MostSeconds ? "met" : "MISSED")}");
        report.Figure("payouts a second", $"{options.PayoutProperties / seconds:0.0}");
        report.Figure("reservations a second", $"{options.PayoutReservations / seconds:0}");
        report.Figure("CPU of the functions", $"{used.Functions.TotalSeconds:0.0} s", $"PostgreSQL {used.PostgreSql?.TotalSeconds:0.0} s, stand-ins {used.Sandbox.TotalSeconds:0.0} s");
    }

    // To the cent: what payouts say was sent is what is gone.
    private static bool Adds(BenchWorld world, Paid paid, (decimal Stripe, decimal Pix) gone)
    {
        var isPaid = paid.Payouts == world.Options.PayoutProperties && paid.Reservations == world.Options.PayoutReservations && paid.Receipts == paid.Payouts;
        var isGone = (paid.Stripe, paid.Pix) == gone;
        world.Report.Line(
            $"{(isPaid ? "ok" : "BROKEN")}: {paid.Payouts:#,0} payouts of {paid.Reservations:#,0} reservations, {paid.Receipts:#,0} events of receipts");
        world.Report.Line(
            $"{(isGone ? "ok" : "BROKEN")}: sent R$ {paid.Stripe:#,0.00} and R$ {paid.Pix:#,0.00}; gone at Stripe R$ {gone.Stripe:#,0.00}, at Mercado Pago R$ {gone.Pix:#,0.00}");
        return isPaid && isGone;
    }
}
