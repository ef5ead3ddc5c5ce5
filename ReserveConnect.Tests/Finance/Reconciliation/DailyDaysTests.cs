using Microsoft.Extensions.Options;
using ReserveConnect.Finance.Reconciliation;
using Xunit;

namespace ReserveConnect.Tests.Finance.Reconciliation;

/// <summary>Which days the daily run reconciles.</summary>
public sealed class DailyDaysTests : MatchedRows
{
    // 2026-11-22, noon: the day before is the 21st.
    private static readonly DateOnly Yesterday = new(2026, 11, 21);

    /// <summary>A provider may list late what the books do not know at all, so that no open finding names its day.</summary>
    [Fact]
    public async Task The_last_days_are_read_again_every_day_as_far_as_they_were_ever_reconciled()
    {
        await DoneAsync(2, 3, 4, 5, 6, 7);
        Assert.Equal(DaysAgo(1, 2, 3, 4), await DaysAsync());

        await ExecuteAsync("UPDATE reserve.reconciliations SET book_date = book_date + 100 WHERE book_date < @until", new { until = Ago(3) });
        Assert.Equal(DaysAgo(1, 2, 3), await DaysAsync());
    }

    [Theory]
    [InlineData("failed")]
    [InlineData(null)]
    public async Task A_day_that_failed_or_was_missed_is_made_up_for_until_it_is_done(string? status)
    {
        await DoneAsync(20, 19, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2);
        if (status is not null)
        {
            await InsertAsync(18, status);
        }

        Assert.Equal(DaysAgo(1, 2, 3, 4, 18), await DaysAsync());
        await DoneAsync(18);
        Assert.Equal(DaysAgo(1, 2, 3, 4), await DaysAsync());
    }

    /// <summary>Nobody is called for days before the first daily run, though a person may have had one of them reconciled.</summary>
    [Fact]
    public async Task Days_beyond_the_bound_call_a_person_once_each_and_are_not_lost_silently()
    {
        await DoneAsync(10);
        await ExecuteAsync(
            """
            INSERT INTO reserve.reconciliations (id, provider, book_date, status, window_from, window_to, requested_by, requested_by_account, requested_at)
            VALUES (gen_random_uuid(), 'stripe', @day, 'done', now(), now(), 'agent', gen_random_uuid(), now())
            """,
            new { day = Ago(200) });

        for (var times = 0; times < 2; times++)
        {
            Assert.Equal(DaysAgo(1, 2, 3, 4, 5, 6, 7), await DaysAsync(mostMissed: 6));
            Assert.Equal(2, await ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'reconciliation_failed' AND status = 'open'"));
        }

        Assert.Equal(DaysAgo(8, 9), await DatesAsync("SELECT book_date FROM reserve.reconciliations WHERE status = 'failed' ORDER BY book_date DESC"));
    }

    [Fact]
    public async Task A_day_that_was_missed_longer_ago_than_anything_is_kept_calls_a_person_too()
    {
        await DoneAsync(500);
        await DaysAsync();
        Assert.Equal(499 - 32, await ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'reconciliation_failed'"));
    }

    [Fact]
    public async Task A_day_that_fails_again_calls_nobody_twice_and_done_it_needs_nobody()
    {
        var end = new EndReconciliation(Database, Clock);
        for (var tries = 0; tries < 3; tries++)
        {
            await end.FailAsync(await BeginAsync(Yesterday), "test", CancellationToken.None);
        }

        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.exceptions"));
        await end.DoneAsync(await BeginAsync(Yesterday), CancellationToken.None);
        Assert.Equal("resolved", await ReadAsync<string>("SELECT status FROM reserve.exceptions"));
    }

    private static DateOnly Ago(int days) => Yesterday.AddDays(1 - days);

    private static DateOnly[] DaysAgo(params int[] days) => [.. days.Select(Ago)];

    private async Task<DateOnly[]> DaysAsync(int mostMissed = 31)
    {
        var options = Options.Create(new ReconciliationOptions { MostMissedDays = mostMissed });
        var order = new OrderReconciliation(Database, new EndReconciliation(Database, Clock), Clock, options);
        var days = (await order.DailyAsync(CancellationToken.None)).Where(plan => plan.Provider == "stripe").Select(plan => plan.BookDate).ToArray();
        // As if nobody had ordered them: the next look sees the same.
        await ExecuteAsync("DELETE FROM reserve.reconciliations WHERE status = 'requested'");
        return days;
    }

    private async Task DoneAsync(params int[] daysAgo)
    {
        foreach (var days in daysAgo)
        {
            await InsertAsync(days, "done");
        }
    }

    private Task InsertAsync(int daysAgo, string status) => ExecuteAsync(
        """
        INSERT INTO reserve.reconciliations (id, provider, book_date, status, window_from, window_to, requested_by, requested_at)
        VALUES (gen_random_uuid(), 'stripe', @day, @status, now(), now(), 'service', now())
        """,
        new { day = Ago(daysAgo), status });
}
