using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Taxes;

/// <summary>
/// <c>accrue_taxes</c>: taxes on our income that are owed by the month and not by the booking (PIS, COFINS; ISS is posted with each
/// booking). Of each month that is over, once by tax and city, from the kept sums; what is corrected later is income of the month in
/// which it is booked.
/// </summary>
public sealed class AccrueTaxes(ReserveDatabase database, TimeProvider clock, IOptions<FinanceOptions> options, ILogger<AccrueTaxes> log)
{
    private const string Actor = "system";

    /// <returns>How many were worked out now.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        // What is stamped with the last moments of a month may be committed a little later.
        var thisMonth = await MonthAsync(now - options.Value.AccrueTaxesAfter, cancellation);
        var accrued = 0;
        for (var back = options.Value.AccruedMonths; back > 0; back--)
        {
            var month = thisMonth.AddMonths(-back);
            foreach (var due in await DueAsync(month, cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                accrued += await database.TransactAsync(unit => AccrueAsync(unit, month, due, now), cancellation) ? 1 : 0;
            }
        }

        if (accrued > 0)
        {
            log.LogInformation("Taxes of months before {Month} were accrued: {Accrued}", thisMonth, accrued);
        }

        return accrued;
    }

    private async Task<DateOnly> MonthAsync(DateTimeOffset at, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await connection.ExecuteScalarAsync<DateOnly>("SELECT date_trunc('month', reserve.book_date(@at))::date", new { at });
    }

    // Each day's income with the rate of that day; rounded once, when all are added up.
    private async Task<IReadOnlyList<Due>> DueAsync(DateOnly month, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return
        [
            .. await connection.QueryAsync<Due>(
                $"""
                WITH income AS (
                    {Income.ByDay}),
                taxes AS (
                    SELECT DISTINCT r.tax_type
                    FROM reserve.tax_rules r
                    WHERE r.applies_to = 'commission'
                      AND r.tax_type <> 'ISS'
                      AND r.is_active
                      AND r.effective_from < @Next
                      AND (r.effective_to IS NULL OR r.effective_to >= @First))
                SELECT t.tax_type, i.city_id, sum(i.amount) AS base, sum(i.amount * r.rate) AS hundredfold
                FROM income i
                CROSS JOIN taxes t
                CROSS JOIN LATERAL (
                    SELECT x.rate
                    FROM reserve.tax_rules x
                    WHERE x.applies_to = 'commission'
                      AND x.tax_type = t.tax_type
                      AND x.is_active
                      AND (x.city_id = i.city_id OR x.city_id IS NULL)
                      AND x.effective_from <= i.book_date
                      AND (x.effective_to IS NULL OR x.effective_to >= i.book_date)
                    ORDER BY x.city_id NULLS LAST
                    LIMIT 1) r
                WHERE NOT EXISTS (
                    SELECT
                    FROM reserve.tax_accruals a
                    WHERE a.month = @First
                      AND a.tax_type = t.tax_type
                      AND a.city_id IS NOT DISTINCT FROM i.city_id)
                GROUP BY t.tax_type, i.city_id
                ORDER BY t.tax_type, i.city_id
                """,
                Income.Parameters(month)),
        ];
    }

    private static async Task<bool> AccrueAsync(UnitOfWork unit, DateOnly month, Due due, DateTimeOffset now)
    {
        var amount = decimal.Round(due.Hundredfold / 100m, 2, MidpointRounding.ToEven);
        // Whoever does the same at the same moment waits here, and then has nothing to do.
        var isFirst = await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.tax_accruals (id, tax_type, city_id, month, base, amount, accrued_at)
            VALUES (@Id, @TaxType, @CityId, @month, @Base, @amount, @now)
            ON CONFLICT DO NOTHING
            """,
            new { Id = Guid.CreateVersion7(now), due.TaxType, due.CityId, month, due.Base, amount, now }) == 1;
        if (isFirst && amount != 0)
        {
            await Ledger.PostAsync(unit, Posting(month, due, amount), Actor, now);
        }

        return isFirst;
    }

    private static LedgerTransaction Posting(DateOnly month, Due due, decimal amount)
    {
        var (more, less) = amount > 0 ? (Side.Debit, Side.Credit) : (Side.Credit, Side.Debit);
        var name = month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        return new(
            $"accrue:{due.TaxType}:{due.CityId?.ToString() ?? "none"}:{name}", TaxAccrual, Ledger.Currency,
            [
                new(Postings.TaxExpense, more, Math.Abs(amount), TaxType: due.TaxType),
                new(Postings.TaxPayable, less, Math.Abs(amount), TaxType: due.TaxType),
            ])
        {
            Description = FormattableString.Invariant($"{due.TaxType} on {due.Base:0.00} of {name}"),
        };
    }

    /// <summary>The type of what is posted for a month.</summary>
    public const string TaxAccrual = "tax_accrual";

    private sealed record Due(string TaxType, Guid? CityId, decimal Base, decimal Hundredfold);
}
