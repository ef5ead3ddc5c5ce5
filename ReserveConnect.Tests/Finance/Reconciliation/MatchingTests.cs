using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Finance.Reconciliation;

/// <summary>What agrees and what does not, on rows that no sandbox would make.</summary>
public sealed class MatchingTests(ITestOutputHelper output) : MatchedRows
{
    /// <summary>A hundred thousand charges and their fees, one of them with a cent more.</summary>
    [Fact]
    public async Task One_cent_is_found_among_a_hundred_thousand()
    {
        const int Payments = 100_000;
        await PostManyAsync(Payments);
        var plan = await BeginAsync(Day);
        await ListManyAsync(plan, Payments);
        await ExecuteAsync("UPDATE reserve.reconciliation_staging SET fee = fee + 0.01 WHERE reference = 'pi_77777'");

        var begun = Stopwatch.GetTimestamp();
        await EndAsync(plan);
        output.WriteLine($"compared in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");

        var finding = Assert.Single(await FindingsAsync());
        Assert.Equal(("amount_mismatch", "pi_77777", -0.01m), (finding.Kind, finding.Reference, finding.Difference));
        Assert.Equal((Payments, Payments - 1), await ReadAsync<(int, int)>("SELECT compared, agreed FROM reserve.reconciliations"));
    }

    [Theory]
    [InlineData(-1, 60)]
    [InlineData(60, -1)]
    [InlineData(-3_600, 3_600)]
    public async Task What_is_dated_on_two_sides_of_midnight_agrees_on_both_days(int providerSeconds, int booksSeconds)
    {
        await PostAsync("pi_1", 100m, 3m, Midnight.AddSeconds(booksSeconds));
        foreach (var day in (DateOnly[])[Day, Day.AddDays(1)])
        {
            var plan = await BeginAsync(day);
            await ListAsync(plan, "txn_1", "pi_1", 100m, 3m, Midnight.AddSeconds(providerSeconds));
            await EndAsync(plan);
        }

        Assert.Empty(await FindingsAsync());
        Assert.Equal(2, await ReadAsync<long>("SELECT sum(agreed) FROM reserve.reconciliations"));
    }

    /// <summary>The refund was listed, and its payment months before any day was compared.</summary>
    [Fact]
    public async Task What_was_partly_moved_on_days_that_nobody_compared_is_set_aside()
    {
        await PostAsync("pi_1", 100m, 3m, Noon.AddDays(-90));
        await PostAsync("pi_1", 0m, 0.50m, Noon);
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_2", "pi_1", 0m, 0.51m, Noon);
        await EndAsync(plan);

        Assert.Empty(await FindingsAsync());
        Assert.Equal(1, await ReadAsync<int>("SELECT set_aside FROM reserve.reconciliations"));
    }

    [Fact]
    public async Task A_refund_that_a_dispute_stands_for_moves_nothing_and_is_missing_nowhere()
    {
        await PostAsync("pi_1", -80m, 0m, Noon, "refund");
        await PostAsync("pi_1", 80m, 0m, Noon, "dispute_settled");
        var plan = await BeginAsync(Day);
        await EndAsync(plan);
        Assert.Empty(await FindingsAsync());
    }

    [Fact]
    public async Task A_fee_that_the_books_have_beside_a_dispute_is_compared_as_a_fee()
    {
        await PostAsync("pi_1", -80m, 55m, Noon, "dispute");
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "pi_1", -80m, 55m, Noon, "dispute");
        await EndAsync(plan);
        Assert.Empty(await FindingsAsync());
    }

    /// <summary>Two refunds of one payment over the same sum are no duplicate; the same one twice is.</summary>
    [Fact]
    public async Task Equal_refunds_are_told_from_one_that_is_there_twice()
    {
        await PostAsync("pi_1", -50m, 0m, Noon, "refund");
        await PostAsync("pi_1", -50m, 0m, Noon, "refund");
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "pi_1", -50m, 0m, Noon, "refund", "re_1");
        await ListAsync(plan, "txn_2", "pi_1", -50m, 0m, Noon, "refund", "re_2");
        await EndAsync(plan);
        Assert.Empty(await FindingsAsync());

        plan = await BeginAsync(Day);
        foreach (var (id, source) in (IEnumerable<(string, string)>)[("txn_1", "re_1"), ("txn_2", "re_2"), ("txn_3", "re_2")])
        {
            await ListAsync(plan, id, "pi_1", -50m, 0m, Noon, "refund", source);
        }

        await EndAsync(plan);
        Assert.Equal("duplicate", Assert.Single(await FindingsAsync()).Kind);
    }

    [Fact]
    public async Task More_than_may_be_raised_at_once_is_raised_when_it_is_run_again()
    {
        for (var number = 0; number < 5; number++)
        {
            await PostAsync($"pi_{number}", 100m + number, 0m, Noon);
        }

        await EndAsync(await BeginAsync(Day), mostFindings: 3);
        Assert.Equal(["pi_2", "pi_3", "pi_4"], (await FindingsAsync()).Select(f => f.Reference).Order());
        await EndAsync(await BeginAsync(Day), mostFindings: 3);
        Assert.Equal(5, (await FindingsAsync()).Count);
    }

    [Fact]
    public async Task Figures_that_change_are_another_finding_and_the_first_closes()
    {
        await PostAsync("pi_1", 100m, 0m, Noon);
        foreach (var amount in (decimal[])[100.01m, 100.02m])
        {
            var plan = await BeginAsync(Day);
            await ListAsync(plan, "txn_1", "pi_1", amount, 0m, Noon);
            await EndAsync(plan);
        }

        Assert.Equal([("closed", 0.01m), ("open", 0.02m)], (await FindingsAsync()).Select(f => (f.Status, f.Difference)).Order());
    }

    [Fact]
    public async Task A_run_that_is_compared_twice_is_compared_once()
    {
        await PostAsync("pi_1", 100m, 3m, Noon);
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "pi_1", 100m, 3m, Noon);
        await EndAsync(plan);
        await EndAsync(plan);

        Assert.Empty(await FindingsAsync());
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.provider_transactions"));
    }
}
