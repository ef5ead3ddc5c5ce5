using System.Data;
using System.Globalization;
using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Finance.Payouts;

namespace ReserveConnect.Finance;

/// <summary>Which summary.</summary>
/// <param name="CityId">Of the city's properties; null: of the whole company.</param>
/// <param name="By">The period by whose revenue properties are sorted: <c>today</c>, <c>week</c> or <c>month</c>.</param>
public sealed record SummaryQuery(Guid? CityId, string By, string? Cursor, int Limit);

/// <summary>
/// <c>get_financial_summary</c>: where the money stands now. From kept sums and what they do not have yet, in one snapshot, so that it is
/// what the ledger says at that instant, and nothing scans the ledger.
/// </summary>
public sealed class FinancialSummary(ReserveDatabase database, TimeProvider clock)
{
    private static readonly string[] Income =
        [Postings.CommissionIncome, Postings.ServiceFeeIncome, Postings.CancellationFeeIncome, "ad_revenue"];

    /// <summary>The periods that a page may be sorted by.</summary>
    public static IReadOnlyList<string> Periods { get; } = ["today", "week", "month"];

    /// <summary>Refusals: <c>city_not_found</c>, <c>invalid_cursor</c>.</summary>
    public async Task<Outcome<FinancialSummaryView>> ReadAsync(Actor actor, SummaryQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        (decimal Revenue, Guid Id)? after = null;
        if (query.Cursor is not null)
        {
            if (ListCursor.Read(query.Cursor) is not [var by, var revenue, var id]
                || by != query.By
                || !decimal.TryParse(revenue, NumberStyles.Number, CultureInfo.InvariantCulture, out var amount)
                || !Guid.TryParseExact(id, "D", out var property))
            {
                return ListCursor.Invalid;
            }

            after = (amount, property);
        }

        var days = SummaryDays.Of(BookDays.Of(clock.GetUtcNow()));
        return await database.ReadAsync<Outcome<FinancialSummaryView>>(
            actor,
            async connection => query.CityId is { } city && !await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM reserve.cities WHERE id = @city)", new { city })
                ? Refusal.NotFound("city_not_found", "There is no such city.")
                : await ReadAsync(connection, query, days, after),
            cancellation,
            IsolationLevel.RepeatableRead);
    }

    internal static async Task<FinancialSummaryView> ReadAsync(
        NpgsqlConnection connection, SummaryQuery query, SummaryDays days, (decimal Revenue, Guid Id)? after)
    {
        var sql = new SummarySql(query.CityId is not null, query.By);
        var asked = new
        {
            query.CityId, Income, days.Today, days.Monday, days.Month, days.First, UnderWay = PayoutStatus.UnderWay.ToArray(), PayoutStatus.PendingApproval,
            afterRevenue = after?.Revenue, afterId = after?.Id, most = query.Limit + 1,
        };
        var income = (await connection.QueryAsync<IncomeRow>(sql.Income, asked)).AsList();
        var owed = await connection.QuerySingleAsync<OwedRow>(sql.Owed, asked);
        var pending = await connection.QuerySingleAsync<PendingPayouts>(sql.Pending, asked);
        var properties = (await connection.QueryAsync<PropertySummary>(sql.ByProperty, asked)).AsList();
        var last = properties.Count > query.Limit ? properties[query.Limit - 1] : null;
        return new(
            query.CityId,
            Ledger.Currency,
            Period(days.Today, days.Today, income, row => row.Today),
            Period(days.Monday, days.Today, income, row => row.Week),
            Period(days.Month, days.Today, income, row => row.Month),
            new(
                owed.Properties, owed.Overpaid, query.CityId is null ? owed.Guests : null, query.CityId is null ? owed.Taxes : null),
            pending,
            [.. properties.Take(query.Limit)],
            last is null ? null : ListCursor.Write(query.By, last.RevenueIn(query.By).ToString(CultureInfo.InvariantCulture), last.PropertyId.ToString()));
    }

    private static PeriodIncome Period(DateOnly from, DateOnly to, List<IncomeRow> rows, Func<IncomeRow, decimal> of)
    {
        decimal Of(string account) => rows.Where(row => row.Account == account).Sum(of);
        return new(
            from, to, rows.Sum(of), Of(Postings.CommissionIncome), Of(Postings.ServiceFeeIncome), Of(Postings.CancellationFeeIncome), Of("ad_revenue"));
    }

    private sealed record IncomeRow(string Account, decimal Today, decimal Week, decimal Month);

    private sealed record OwedRow(decimal Properties, decimal Overpaid, decimal Guests, decimal Taxes);
}

/// <summary>The days of the books that a summary is of; weeks begin on Monday.</summary>
/// <param name="First">The earliest of them.</param>
internal sealed record SummaryDays(DateOnly Today, DateOnly Monday, DateOnly Month, DateOnly First)
{
    public static SummaryDays Of(DateOnly today)
    {
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var month = new DateOnly(today.Year, today.Month, 1);
        return new(today, monday, month, monday < month ? monday : month);
    }
}
