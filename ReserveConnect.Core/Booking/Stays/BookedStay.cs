using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Inventory;

namespace ReserveConnect.Booking.Stays;

/// <summary>A reservation as its stay needs it.</summary>
/// <param name="TimeZone">The city's.</param>
/// <param name="CancellationPolicy">The reservation's copy, JSON.</param>
/// <param name="ReleasedFrom">First night given back; null: none.</param>
internal sealed record BookedStay(
    Guid Id, string ConfirmationCode, Guid BookingIntentId, Guid PropertyId, Guid UnitId, Guid HostBookingId, string TimeZone, string Status,
    DateOnly CheckIn, DateOnly CheckOut, DateOnly? ReleasedFrom, DateTimeOffset? CheckedInAt, DateTimeOffset? CheckedOutAt, string Currency,
    decimal BasePrice, decimal DiscountAmount, decimal CleaningFee, decimal ServiceFee, decimal Taxes, decimal TotalAmount, decimal CommissionAmount,
    string CancellationPolicy, decimal RefundCeilingPercent)
{
    private const string Select =
        """
        SELECT r.id, r.confirmation_code, r.booking_intent_id, r.property_id, r.unit_id, r.host_booking_id, c.time_zone, r.status,
               r.check_in, r.check_out, r.released_from, r.checked_in_at, r.checked_out_at, r.currency,
               r.base_price, r.discount_amount, r.cleaning_fee, r.service_fee, r.taxes, r.total_amount, r.commission_amount,
               r.cancellation_policy, r.refund_ceiling_percent
        FROM reserve.reservations r
        JOIN reserve.cities c ON c.id = r.city_id
        """;

    public CancellationPolicyCopy Policy => JsonSerializer.Deserialize<CancellationPolicyCopy>(CancellationPolicy, EventJson.Options)!;

    public ConfirmedMoney Money =>
        new(Id, BookingIntentId, PropertyId, Currency, BasePrice - DiscountAmount, CleaningFee, ServiceFee, Taxes, CommissionAmount);

    public StayView View => new(ConfirmationCode, Status, CheckIn, CheckOut, CheckedInAt, CheckedOutAt);

    public static Task<BookedStay> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleAsync<BookedStay>($"{Select} WHERE r.id = @id", new { id });

    /// <summary>Reads it and keeps everybody else from moving it until the transaction ends.</summary>
    public static Task<BookedStay> LockAsync(UnitOfWork unit, Guid id) =>
        unit.Connection.QuerySingleAsync<BookedStay>($"{Select} WHERE r.id = @id FOR NO KEY UPDATE OF r", new { id });

    /// <inheritdoc cref="LockAsync(UnitOfWork, Guid)"/>
    /// <param name="code">As it is stored.</param>
    /// <returns>Null: there is none with this code.</returns>
    public static Task<BookedStay?> LockAsync(UnitOfWork unit, string code) =>
        unit.Connection.QuerySingleOrDefaultAsync<BookedStay>($"{Select} WHERE r.confirmation_code = @code FOR NO KEY UPDATE OF r", new { code });

    /// <summary>Moves it; the caller holds its lock.</summary>
    /// <param name="stamp">Column to be set to <paramref name="now"/>; one of <c>checked_in_at</c>, <c>checked_out_at</c>, or null.</param>
    /// <returns>As it stands after.</returns>
    public async Task<BookedStay> MoveAsync(UnitOfWork unit, string to, string? stamp, string actor, string reason, DateTimeOffset now)
    {
        if (!await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_reservation(@Id, @Status, @to, @actor, @reason, @now)", new { Id, Status, to, actor, reason, now }))
        {
            throw new InvalidOperationException($"reservation {Id} is no longer {Status}");
        }

        if (stamp is not null)
        {
            await unit.Connection.ExecuteAsync($"UPDATE reserve.reservations SET {stamp} = @now WHERE id = @Id", new { Id, now });
        }

        return await FindAsync(unit.Connection, Id);
    }

    /// <summary>Tells the rest of the system what became of it.</summary>
    public Task AnnounceAsync(UnitOfWork unit, string type, DateTimeOffset now) =>
        Outbox.AppendAsync(unit, type, "reservation", Id, new { BookingIntentId, PropertyId, UnitId, CheckIn, CheckOut }, now);
}
