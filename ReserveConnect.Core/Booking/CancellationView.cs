using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Events;

namespace ReserveConnect.Booking;

/// <summary>A cancellation as whoever may see its booking sees it.</summary>
/// <param name="Status"><c>pending</c>, <c>done</c>, or <c>rejected</c>: the property keeps the booking, nothing went back.</param>
/// <param name="ReservationStatus">The booking's own.</param>
/// <param name="Quote">What was promised when it was asked for.</param>
/// <param name="Refund">What goes back: less than was promised when some of it went back in another way meanwhile.</param>
/// <param name="RefundStatus"><c>none</c> is owed, <c>pending</c>, or <c>done</c>.</param>
/// <param name="Refunded">What is back.</param>
/// <param name="Forced">Past the policy, by a supervisor.</param>
/// <param name="FinishedAt">UTC instant.</param>
public sealed record CancellationView(
    Guid CancellationId,
    string ConfirmationCode,
    string Status,
    string ReservationStatus,
    CancellationQuote Quote,
    decimal Refund,
    string RefundStatus,
    decimal Refunded,
    bool Forced,
    DateTimeOffset RequestedAt,
    DateTimeOffset? FinishedAt)
{
    /// <summary>The latest of a reservation; null when nobody has cancelled it.</summary>
    public static async Task<CancellationView?> LatestAsync(NpgsqlConnection connection, string confirmationCode)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            """
            SELECT c.id, r.confirmation_code, c.status, r.status AS reservation_status, c.quote, c.refund_amount, c.forced, c.requested_at, c.finished_at,
                   (SELECT coalesce(sum(f.amount), 0)
                    FROM reserve.refunds f
                    WHERE f.reservation_id = r.id
                      AND f.purpose = 'cancellation'
                      AND f.status = 'succeeded') AS refunded
            FROM reserve.reservations r
            JOIN reserve.cancellations c ON c.reservation_id = r.id
            WHERE r.confirmation_code = @confirmationCode
            ORDER BY c.id DESC
            LIMIT 1
            """,
            new { confirmationCode });
        return row?.ToView();
    }

    private sealed record Row(
        Guid Id, string ConfirmationCode, string Status, string ReservationStatus, string Quote, decimal RefundAmount, bool Forced,
        DateTimeOffset RequestedAt, DateTimeOffset? FinishedAt, decimal Refunded)
    {
        public CancellationView ToView() =>
            new(
                Id, ConfirmationCode, Status, ReservationStatus, JsonSerializer.Deserialize<CancellationQuote>(Quote, EventJson.Options)!,
                Status == CancellationStatus.Rejected ? 0m : RefundAmount,
                RefundAmount == 0 || Status == CancellationStatus.Rejected ? "none" : Refunded < RefundAmount ? "pending" : "done",
                Refunded, Forced, RequestedAt, FinishedAt);
    }
}
