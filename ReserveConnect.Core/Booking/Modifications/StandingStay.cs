using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Inventory;

namespace ReserveConnect.Booking.Modifications;

/// <summary>A reservation as a change of it needs it.</summary>
/// <param name="TimeZone">Of its city.</param>
/// <param name="ServiceTaxRate">Of ISS when it was booked, per cent.</param>
/// <param name="CommissionRule">The commission with the rule that gave it, as JSON.</param>
/// <param name="CancellationPolicy">The policy as it was booked, as JSON.</param>
/// <param name="Quote">The bill as it was booked or changed last, as JSON.</param>
/// <param name="RightOfWithdrawal">Whether its city granted it when it was booked (CDC, article 49).</param>
/// <param name="ReleasedFrom">First night given back; null: none.</param>
/// <param name="RefundCeilingPercent">Nothing gives more of its price back, per cent.</param>
internal sealed record StandingStay(
    Guid Id,
    string ConfirmationCode,
    Guid BookingIntentId,
    Guid CityId,
    Guid PropertyId,
    Guid UnitId,
    Guid HostUnitId,
    Guid HostBookingId,
    DateOnly CheckIn,
    DateOnly CheckOut,
    DateOnly? ReleasedFrom,
    int GuestsAdults,
    int GuestsChildren,
    int GuestsInfants,
    string Currency,
    decimal BasePrice,
    decimal DiscountAmount,
    decimal CleaningFee,
    decimal ServiceFee,
    decimal Taxes,
    decimal TotalAmount,
    decimal CommissionAmount,
    decimal ServiceTax,
    decimal ServiceTaxRate,
    string CommissionRule,
    string CancellationPolicy,
    string Quote,
    string Status,
    DateTimeOffset BookedAt,
    string TimeZone,
    bool RightOfWithdrawal,
    decimal RefundCeilingPercent)
{
    private const string Select =
        """
        SELECT r.id, r.confirmation_code, r.booking_intent_id, r.city_id, r.property_id, r.unit_id, u.host_unit_id, r.host_booking_id,
               r.check_in, r.check_out, r.released_from, r.guests_adults, r.guests_children, r.guests_infants, r.currency, r.base_price, r.discount_amount,
               r.cleaning_fee, r.service_fee, r.taxes, r.total_amount, r.commission_amount, r.service_tax, r.service_tax_rate, r.commission_rule,
               r.cancellation_policy, r.quote, r.status, r.booked_at, c.time_zone, r.right_of_withdrawal, r.refund_ceiling_percent
        FROM reserve.reservations r
        JOIN reserve.cities c ON c.id = r.city_id
        JOIN reserve.unit_map u ON u.id = r.unit_id
        """;

    public CancellationPolicyCopy Policy => JsonSerializer.Deserialize<CancellationPolicyCopy>(CancellationPolicy, EventJson.Options)!;

    /// <summary>What each of its nights costs; a later price change at the Host does not move it (money.md).</summary>
    public IReadOnlyDictionary<DateOnly, decimal> NightPrices =>
        JsonSerializer.Deserialize<Quote>(Quote, EventJson.Options)!.Nights.ToDictionary(night => night.Date, night => night.Price);

    public CancellationTerms Terms => new(CheckIn, TimeZone, BookedAt, Policy, RightOfWithdrawal, RefundCeilingPercent);

    public Commission Commission => JsonSerializer.Deserialize<Commission>(CommissionRule, EventJson.Options)!;

    /// <summary>What it costs, as it was shared when it was booked or changed last.</summary>
    public ConfirmedMoney Money =>
        new(Id, BookingIntentId, PropertyId, Currency, BasePrice - DiscountAmount, CleaningFee, ServiceFee, Taxes, CommissionAmount);

    /// <summary>What the books still have of that.</summary>
    public Task<StandingMoney> StandingMoneyAsync(NpgsqlConnection connection) =>
        StandingMoney.ReadAsync(connection, Id, BookingIntentId, PropertyId, Currency);

    /// <param name="code">As stored.</param>
    public static Task<StandingStay?> FindByCodeAsync(NpgsqlConnection connection, string code) =>
        connection.QuerySingleOrDefaultAsync<StandingStay>($"{Select} WHERE r.confirmation_code = @code", new { code });

    public static Task<StandingStay> ReadAsync(NpgsqlConnection connection, Guid reservationId) =>
        connection.QuerySingleAsync<StandingStay>($"{Select} WHERE r.id = @reservationId", new { reservationId });

    /// <summary>Reads it and keeps everybody else from changing it. The caller has locked the booking's intent.</summary>
    public static Task<StandingStay> LockAsync(UnitOfWork unit, Guid reservationId) =>
        unit.Connection.QuerySingleAsync<StandingStay>($"{Select} WHERE r.id = @reservationId FOR NO KEY UPDATE OF r", new { reservationId });
}
