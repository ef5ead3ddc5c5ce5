using Dapper;
using Npgsql;

namespace ReserveConnect.Finance;

/// <summary>
/// A reservation's money as the books have it now: what its confirmation posted, moved by later changes of its price and less
/// what was reversed since. Gifts of the platform are no part of it.
/// </summary>
/// <param name="Booking">The shares; what is the property's and its commission stand together as base, for the bill no longer tells them apart.</param>
/// <param name="ServiceTax">ISS that stands posted.</param>
public sealed record StandingMoney(ConfirmedMoney Booking, decimal ServiceTax)
{
    public static async Task<StandingMoney> ReadAsync(
        NpgsqlConnection connection, Guid reservationId, Guid bookingIntentId, Guid propertyId, string currency)
    {
        var row = await connection.QuerySingleAsync<Row>(
            """
            SELECT coalesce(sum(s.amount) FILTER (WHERE l.account = 'property_payable'), 0) AS property,
                   coalesce(sum(s.amount) FILTER (WHERE l.account = 'commission_income'), 0) AS commission,
                   coalesce(sum(s.amount) FILTER (WHERE l.account = 'service_fee_income'), 0) AS service_fee,
                   coalesce(sum(s.amount) FILTER (WHERE l.account = 'tax_payable' AND l.tax_type = 'BOOKING'), 0) AS tax,
                   coalesce(sum(s.amount) FILTER (WHERE l.account = 'tax_payable' AND l.tax_type = 'ISS'), 0) AS service_tax
            FROM reserve.financial_ledger l
            CROSS JOIN LATERAL (SELECT CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END AS amount) s
            WHERE l.reservation_id = @reservationId
              AND l.transaction_type IN ('commission', 'tax', 'modification', 'reversal', 'cancellation')
            """,
            new { reservationId });
        return new(
            new(reservationId, bookingIntentId, propertyId, currency, row.Property + row.Commission, 0, row.ServiceFee, row.Tax, row.Commission),
            row.ServiceTax);
    }

    private sealed record Row(decimal Property, decimal Commission, decimal ServiceFee, decimal Tax, decimal ServiceTax);
}
