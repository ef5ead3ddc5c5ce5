using Dapper;
using Npgsql;

namespace ReserveConnect.Finance.Payouts;

/// <summary>
/// What is due to properties (design section 11): reservations whose check-in has come and that are not being cancelled, what was kept of
/// those that were cancelled, what was given back or changed of those that were paid, and adjustments; nothing that a payout pays already.
/// </summary>
public static class DueTransactions
{
    private const string Select =
        """
        SELECT t.property_id, t.transaction_id, t.reservation_id, t.transaction_type AS type, t.amount, t.commission_amount AS commission
        FROM reserve.payable_transactions t
        LEFT JOIN reserve.reservations r ON r.id = t.reservation_id
        WHERE t.property_id = ANY(@propertyIds)
          AND t.created_at < @before
          AND CASE
              WHEN r.id IS NULL THEN reserve.book_date(t.created_at) <= @until
              WHEN r.status = 'cancel_pending' THEN false
              WHEN r.status = 'cancelled' THEN reserve.book_date(r.cancelled_at) <= @until
              ELSE r.check_in <= @until
                OR EXISTS (SELECT FROM reserve.payout_items i WHERE i.reservation_id = r.id AND i.is_live)
          END
        ORDER BY t.property_id, t.reservation_id, t.created_at, t.transaction_id
        """;

    /// <summary>Of some properties, by property, reservation and time.</summary>
    /// <param name="until">Last check-in day that counts, and last day of the books for what is of no stay to come.</param>
    /// <param name="now">What is posted later is another payout's.</param>
    public static async Task<IReadOnlyList<PayableTransaction>> ReadAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Guid> propertyIds, DateOnly until, DateTimeOffset now) =>
        (await connection.QueryAsync<PayableTransaction>(Select, new { propertyIds = propertyIds.ToArray(), until, before = now.AddTicks(1) })).AsList();

    /// <summary>Earlier payouts below nothing that none has taken over.</summary>
    public static async Task<IReadOnlyList<CarriedAmount>> CarriedAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> propertyIds) =>
        (await connection.QueryAsync<CarriedAmount>(
            """
            SELECT p.property_id, p.id AS payout_id, i.amount
            FROM reserve.payouts p
            JOIN reserve.payout_items i ON i.payout_id = p.id
            WHERE p.property_id = ANY(@propertyIds)
              AND p.status = 'carried_over'
              AND i.kind = 'carried_out'
              AND NOT EXISTS (SELECT FROM reserve.payout_items taken WHERE taken.carried_from = p.id AND taken.is_live)
            ORDER BY p.id
            """,
            new { propertyIds = propertyIds.ToArray() })).AsList();

    /// <summary>What is withheld of payouts in each property's city, by property: the city's own rule, else everybody's (<c>tax_rules</c>).</summary>
    /// <param name="day">Local date.</param>
    public static async Task<ILookup<Guid, WithheldTax>> TaxesAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> propertyIds, DateOnly day) =>
        (await connection.QueryAsync<(Guid PropertyId, string TaxType, decimal Rate)>(
            """
            SELECT DISTINCT ON (p.id, t.tax_type) p.id AS property_id, t.tax_type, t.rate
            FROM reserve.properties_map p
            JOIN reserve.tax_rules t ON t.city_id = p.city_id OR t.city_id IS NULL
            WHERE p.id = ANY(@propertyIds)
              AND t.applies_to = 'payout'
              AND t.is_active
              AND t.effective_from <= @day
              AND (t.effective_to IS NULL OR t.effective_to >= @day)
            ORDER BY p.id, t.tax_type, t.city_id NULLS LAST, t.effective_from DESC
            """,
            new { propertyIds = propertyIds.ToArray(), day })).ToLookup(t => t.PropertyId, t => new WithheldTax(t.TaxType, t.Rate));

    /// <summary>Of a property's taxes those of a way of paying: IOF is withheld of PIX alone (money.md).</summary>
    public static IReadOnlyList<WithheldTax> Of(IEnumerable<WithheldTax> taxes, string method) =>
        [.. taxes.Where(t => t.TaxType != Iof || method == PayoutMethod.Pix)];

    private const string Iof = "IOF";
}
