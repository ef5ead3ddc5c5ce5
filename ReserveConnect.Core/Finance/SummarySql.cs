namespace ReserveConnect.Finance;

/// <summary>The statements of a summary, of a city's properties or of all.</summary>
/// <param name="isOfCity">With the parameter <c>CityId</c>.</param>
/// <param name="by">The period that properties are sorted by: one of <see cref="FinancialSummary.Periods"/>.</param>
internal sealed class SummarySql(bool isOfCity, string by)
{
    // A city is some of many: its properties are looked up one by one, and not its days among everybody's.
    private readonly string _ofCity = isOfCity ? "AND {0} IN (SELECT p.id FROM reserve.properties_map p WHERE p.city_id = @CityId)" : "";

    /// <summary>By account: what came in today, this week, this month.</summary>
    public string Income =>
        $"""
        SELECT m.account, coalesce(sum(m.amount) FILTER (WHERE m.book_date = @Today), 0) AS today,
               coalesce(sum(m.amount) FILTER (WHERE m.book_date >= @Monday), 0) AS week,
               coalesce(sum(m.amount) FILTER (WHERE m.book_date >= @Month), 0) AS month
        FROM ({Moves}) m
        GROUP BY m.account
        """;

    /// <summary>What is owed now; of a city nothing but what is kept by property.</summary>
    public string Owed =>
        $"""
        SELECT coalesce(sum(b.amount) FILTER (WHERE b.account = '{Postings.PropertyPayable}'), 0) AS properties,
               coalesce(-sum(b.amount) FILTER (WHERE b.account = '{Postings.PayoutReceivable}'), 0) AS overpaid,
               coalesce(sum(b.amount) FILTER (WHERE b.account = '{Postings.GuestPrepayment}'), 0) AS guests,
               coalesce(sum(b.amount) FILTER (WHERE b.account = '{Postings.TaxPayable}'), 0) AS taxes
        FROM (
            SELECT b.account, b.credits - b.debits AS amount
            FROM reserve.ledger_balances b
            WHERE b.currency = '{Ledger.Currency}'
              AND b.account IN ({OwedAccounts})
              {Of("b.account_id")}
            UNION ALL
            SELECT l.account, CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END
            FROM reserve.ledger_tail l
            WHERE l.currency = '{Ledger.Currency}'
              AND l.account IN ({OwedAccounts})
              {Of("l.account_id")}) b
        """;

    public string Pending =>
        $"""
        SELECT count(*)::int AS count, coalesce(sum(p.net_amount), 0) AS amount,
               (count(*) FILTER (WHERE p.status = @PendingApproval))::int AS awaiting_approval,
               coalesce(sum(p.net_amount) FILTER (WHERE p.status = @PendingApproval), 0) AS amount_awaiting_approval
        FROM reserve.payouts p
        WHERE p.status = ANY (@UnderWay)
          {Of("p.property_id")}
        """;

    /// <summary>A page of the properties that anything came in from since the earliest day.</summary>
    public string ByProperty =>
        $"""
        WITH earned AS (
            SELECT m.property_id, coalesce(sum(m.amount) FILTER (WHERE m.book_date = @Today), 0) AS today,
                   coalesce(sum(m.amount) FILTER (WHERE m.book_date >= @Monday), 0) AS week,
                   coalesce(sum(m.amount) FILTER (WHERE m.book_date >= @Month), 0) AS month,
                   coalesce(sum(m.amount) FILTER (WHERE m.book_date >= @Month AND m.account = '{Postings.CommissionIncome}'), 0) AS commission
            FROM ({Moves}) m
            WHERE m.property_id IS NOT NULL
            GROUP BY m.property_id),
        page AS (
            SELECT *
            FROM earned e
            WHERE @afterId::uuid IS NULL
               OR (-e.{by}, e.property_id) > (-@afterRevenue::numeric, @afterId::uuid)
            ORDER BY e.{by} DESC, e.property_id
            LIMIT @most)
        SELECT e.property_id, p.name, p.city_id, e.today, e.week, e.month, e.commission, o.owed, u.pending AS pending_payouts
        FROM page e
        JOIN reserve.properties_map p ON p.id = e.property_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(b.amount), 0) AS owed
            FROM (
                SELECT b.credits - b.debits AS amount
                FROM reserve.ledger_balances b
                WHERE b.currency = '{Ledger.Currency}'
                  AND b.account = '{Postings.PropertyPayable}'
                  AND b.account_id = e.property_id
                UNION ALL
                SELECT CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END
                FROM reserve.ledger_tail l
                WHERE l.currency = '{Ledger.Currency}'
                  AND l.account = '{Postings.PropertyPayable}'
                  AND l.account_id = e.property_id) b) o
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(y.net_amount), 0) AS pending
            FROM reserve.payouts y
            WHERE y.property_id = e.property_id
              AND y.status = ANY (@UnderWay)) u
        ORDER BY e.{by} DESC, e.property_id
        """;

    private string OwedAccounts => isOfCity
        ? $"'{Postings.PropertyPayable}', '{Postings.PayoutReceivable}'"
        : $"'{Postings.PropertyPayable}', '{Postings.PayoutReceivable}', '{Postings.GuestPrepayment}', '{Postings.TaxPayable}'";

    private string Moves =>
        $"""
        SELECT d.account, d.property_id, d.book_date, d.credits - d.debits AS amount
        FROM reserve.ledger_days d
        WHERE d.account = ANY (@Income)
          AND d.account_id IS NULL
          AND d.currency = '{Ledger.Currency}'
          AND d.book_date >= @First
          AND d.book_date <= @Today
          {Of("d.property_id")}
        UNION ALL
        SELECT l.account, l.property_id, reserve.book_date(l.created_at), CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END
        FROM reserve.ledger_tail l
        WHERE l.account = ANY (@Income)
          AND l.currency = '{Ledger.Currency}'
          AND l.created_at >= reserve.book_day_begins(@First)
          AND l.created_at < reserve.book_day_begins(@Today + 1)
          {Of("l.property_id")}
        """;

    private string Of(string property) => _ofCity.Replace("{0}", property, StringComparison.Ordinal);
}
