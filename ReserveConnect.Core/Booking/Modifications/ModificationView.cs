using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Events;
using ReserveConnect.Inventory;

namespace ReserveConnect.Booking.Modifications;

/// <summary>A change of a booking that is under way, or was made; its payment is that of its booking intent.</summary>
/// <param name="BookingIntentId">Where to pay it, to look at it and to abandon it.</param>
/// <param name="Status">Of that intent: <c>created</c> waits for money, <c>host_commit_pending</c> for the property, <c>confirmed</c> is made.</param>
/// <param name="ExpiresAt">UTC instant at which it ends by itself if it is not paid.</param>
/// <param name="WaitsFor"><c>property_system</c> while the property's own system does not answer; else null.</param>
public sealed record ModificationView(
    Guid BookingIntentId,
    string ConfirmationCode,
    string Status,
    Guid UnitId,
    DateOnly CheckIn,
    DateOnly CheckOut,
    int Adults,
    int Children,
    int Infants,
    string Currency,
    ModificationPrice Price,
    DateTimeOffset ExpiresAt,
    string? WaitsFor)
{
    /// <summary>The one of a reservation that is under way; null when none is.</summary>
    /// <param name="code">As stored.</param>
    public static Task<ModificationView?> OpenAsync(NpgsqlConnection connection, string code) =>
        LatestAsync(connection, OpenModifications.IsOpen, new { code });

    /// <summary>The one of a reservation that was made last, not longer ago than <paramref name="since"/>; null when none was.</summary>
    internal static Task<ModificationView?> MadeAsync(NpgsqlConnection connection, string code, DateTimeOffset since) =>
        LatestAsync(connection, $"i.status = '{BookingIntentStatus.Confirmed}' AND i.updated_at >= @since", new { code, since });

    private static async Task<ModificationView?> LatestAsync(NpgsqlConnection connection, string condition, object parameters)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            $"""
            SELECT i.id, r.confirmation_code, i.status, i.unit_id, i.check_in, i.check_out, i.guests_adults, i.guests_children, i.guests_infants,
                   i.currency, i.modification, i.expires_at, i.host_queued_at
            FROM reserve.reservations r
            JOIN reserve.booking_intents i ON i.modifies_reservation_id = r.id
            WHERE r.confirmation_code = @code
              AND {condition}
            ORDER BY i.id DESC
            LIMIT 1
            """,
            parameters);
        return row?.ToView();
    }

    /// <summary>Whether it is to this stay.</summary>
    internal bool Is(StayRequest wanted) => wanted == new StayRequest(UnitId, CheckIn, CheckOut, Adults, Children, Infants);

    private sealed record Row(
        Guid Id, string ConfirmationCode, string Status, Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int GuestsAdults, int GuestsChildren,
        int GuestsInfants, string Currency, string Modification, DateTimeOffset ExpiresAt, DateTimeOffset? HostQueuedAt)
    {
        public ModificationView ToView() =>
            new(
                Id, ConfirmationCode, Status, UnitId, CheckIn, CheckOut, GuestsAdults, GuestsChildren, GuestsInfants, Currency,
                JsonSerializer.Deserialize<ModificationPrice>(Modification, EventJson.Options)!, ExpiresAt,
                Status == BookingIntentStatus.HostCommitPending && HostQueuedAt is not null ? BookingIntentView.PropertySystem : null);
    }
}
