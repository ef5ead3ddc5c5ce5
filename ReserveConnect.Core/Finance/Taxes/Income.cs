namespace ReserveConnect.Finance.Taxes;

/// <summary>Our income of a month, less what was given back, by day of the books and city: what taxes on it are worked out from.</summary>
internal static class Income
{
    /// <summary>Rows of <c>city_id</c> (NULL: of no property), <c>book_date</c>, <c>amount</c>; with <see cref="Parameters"/>.</summary>
    public const string ByDay =
        $"""
        SELECT p.city_id, m.book_date, sum(m.amount) AS amount
        FROM (
            SELECT d.property_id, d.book_date, d.credits - d.debits AS amount
            FROM reserve.ledger_days d
            WHERE d.account = ANY (@Accounts)
              AND d.account_id IS NULL
              AND d.currency = '{Ledger.Currency}'
              AND d.book_date >= @First
              AND d.book_date < @Next
            UNION ALL
            SELECT l.property_id, reserve.book_date(l.created_at), CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END
            FROM reserve.ledger_tail l
            WHERE l.account = ANY (@Accounts)
              AND l.currency = '{Ledger.Currency}'
              AND l.created_at >= reserve.book_day_begins(@First)
              AND l.created_at < reserve.book_day_begins(@Next)) m
        LEFT JOIN reserve.properties_map p ON p.id = m.property_id
        GROUP BY p.city_id, m.book_date
        """;

    /// <param name="month">Its first day.</param>
    public static object Parameters(DateOnly month) => new
    {
        Accounts = new[] { Postings.CommissionIncome, Postings.ServiceFeeIncome, Postings.CancellationFeeIncome },
        First = month,
        Next = month.AddMonths(1),
    };
}
