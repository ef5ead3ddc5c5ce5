using Dapper;
using Npgsql;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Payouts;

/// <summary>What a property has earned in some days and what it is owed, BRL (<c>get_property_financials</c>).</summary>
/// <param name="Stays">By check-in day in the period; what was cancelled is not among them.</param>
/// <param name="Owed">What the books owe the property now, whatever the period.</param>
/// <param name="OverPaid">What it was paid beyond that; the next payouts deduct it.</param>
/// <param name="UnderWay">Of what is owed, what payouts that are not sent yet will pay.</param>
/// <param name="NextPayout">Day of the books on which the schedule runs next; missing where nobody has said how the property is paid.</param>
public sealed record PropertyFinancialsView(
    Guid PropertyId, string Currency, DateOnly From, DateOnly To, StaysEarned Stays, decimal Refunded, decimal PaidOut, decimal Owed, decimal OverPaid,
    decimal UnderWay, string? Schedule, bool IsHeld, DateOnly? NextPayout, IReadOnlyList<OwnerPayout> Payouts);

/// <summary>What stays have brought.</summary>
/// <param name="Gross">Base price less discount, and cleaning.</param>
/// <param name="Net">The property's part.</param>
public sealed record StaysEarned(int Count, decimal Gross, decimal Commission, decimal Net);

/// <summary>A payout as the owner sees it.</summary>
/// <param name="Destination">The end of the PIX key, or the account at Stripe.</param>
/// <param name="Returned">What of it came back, and is owed again.</param>
public sealed record OwnerPayout(
    Guid Id, DateOnly PeriodStart, DateOnly PeriodEnd, decimal Gross, decimal Commission, decimal Tax, decimal Net, string Status, string? Method,
    string? Destination, DateTimeOffset RequestedAt, DateTimeOffset? CompletedAt, DateTimeOffset? ReturnedAt, decimal Returned);

/// <summary><c>get_property_financials</c>: a property's money, for its owner; row-level security says whose it is.</summary>
public sealed class PropertyFinancials(ReserveDatabase database, TimeProvider clock, IOptions<PayoutOptions> options)
{
    private const int MostPayouts = 100;

    /// <summary>Of some days. Refusal: <c>property_not_found</c> for what is not the owner's.</summary>
    /// <param name="from">First check-in day; null: the first of this month.</param>
    /// <param name="to">Last check-in day; null: today.</param>
    public async Task<Outcome<PropertyFinancialsView>> ReadAsync(Actor owner, Guid propertyId, DateOnly? from, DateOnly? to, CancellationToken cancellation)
    {
        var today = BookDays.Of(clock.GetUtcNow());
        var last = to ?? today;
        var first = from ?? new DateOnly(last.Year, last.Month, 1);
        return await database.ReadAsync<Outcome<PropertyFinancialsView>>(
            owner,
            async connection => await connection.ExecuteScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM reserve.property_owners WHERE property_id = @propertyId)", new { propertyId })
                ? await ReadAsync(connection, propertyId, first, last, today)
                : PayoutRefusals.PropertyNotFound,
            cancellation,
            System.Data.IsolationLevel.RepeatableRead);
    }

    private async Task<PropertyFinancialsView> ReadAsync(NpgsqlConnection connection, Guid propertyId, DateOnly from, DateOnly to, DateOnly today)
    {
        var period = new { propertyId, from, to };
        var stays = await connection.QuerySingleAsync<StaysEarned>(
            """
            SELECT count(*)::int AS count, coalesce(sum(base_price - discount_amount + cleaning_fee), 0) AS gross, coalesce(sum(commission_amount), 0) AS commission,
                   coalesce(sum(net_to_property), 0) AS net
            FROM reserve.reservations
            WHERE property_id = @propertyId
              AND check_in BETWEEN @from AND @to
              AND status <> 'cancelled'
            """,
            period);
        var books = await connection.QuerySingleAsync<(decimal Owed, decimal OverPaid, decimal Refunded, decimal PaidOut)>(
            """
            SELECT coalesce(sum(s.amount) FILTER (WHERE l.account = 'property_payable'), 0) AS owed,
                   coalesce(-sum(s.amount) FILTER (WHERE l.account = 'payout_receivable'), 0) AS over_paid,
                   coalesce(-sum(s.amount) FILTER (WHERE l.transaction_type IN ('cancellation', 'reversal') AND d.is_in), 0) AS refunded,
                   coalesce(-sum(s.amount) FILTER (WHERE l.transaction_type IN ('payout', 'payout_reversal', 'payout_return') AND d.is_in), 0) AS paid_out
            FROM reserve.financial_ledger l
            CROSS JOIN LATERAL (SELECT CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END AS amount) s
            CROSS JOIN LATERAL (SELECT reserve.book_date(l.created_at) BETWEEN @from AND @to AS is_in) d
            WHERE l.account_type = 'property'
              AND l.account_id = @propertyId
              AND l.currency = 'BRL'
            """,
            period);
        var payouts = (await connection.QueryAsync<OwnerPayout>(
            $"""
            SELECT id, period_start, period_end, gross_amount AS gross, commission_amount AS commission, tax_amount AS tax, net_amount AS net, status, method,
                   CASE method WHEN 'stripe' THEN stripe_account_id WHEN 'pix' THEN pix_key_type || ' ...' || right(pix_key, 4) END AS destination,
                   requested_at, completed_at, returned_at, returned_amount AS returned
            FROM reserve.payouts
            WHERE property_id = @propertyId
              AND period_end >= @from
              AND period_start <= @to
            ORDER BY id DESC
            LIMIT {MostPayouts}
            """,
            period)).AsList();
        var underWay = await connection.ExecuteScalarAsync<decimal>(
            """
            SELECT coalesce(sum(i.amount), 0)
            FROM reserve.payouts p
            JOIN reserve.payout_items i ON i.payout_id = p.id
            WHERE p.property_id = @propertyId
              AND p.status IN ('pending_approval', 'approved', 'processing', 'failed')
              AND i.transaction_id IS NOT NULL
            """,
            period);
        var settings = await connection.QuerySingleOrDefaultAsync<(string? Schedule, DateTimeOffset? HeldSince)>(
            "SELECT schedule, held_since FROM reserve.payout_settings WHERE property_id = @propertyId", period);
        return new(
            propertyId, Ledger.Currency, from, to, stays, books.Refunded, books.PaidOut, books.Owed, books.OverPaid, underWay, settings.Schedule,
            settings.HeldSince is not null,
            settings.Schedule is null ? null : PayoutSchedule.NextAfter(settings.Schedule, today, options.Value.BiweeklyFrom),
            payouts);
    }
}
