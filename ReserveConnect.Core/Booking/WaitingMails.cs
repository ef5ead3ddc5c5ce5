using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Notifications;

namespace ReserveConnect.Booking;

/// <summary>
/// <c>booking.waits_for_host</c>: the guest who has paid is written to that the booking waits for the property, unless it waits no
/// longer when the mail could go out, or mail is not set up.
/// </summary>
public sealed class WaitingMails(ReserveDatabase database, IEmailSender sender, IOptions<EmailOptions> mail, ILogger<WaitingMails> log) : IEventHandler
{
    public IReadOnlyCollection<string> EventTypes { get; } = [HostCommits.Waits];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (!mail.Value.IsConfigured || await FindAsync(stored.AggregateId, cancellation) is not { } waiting)
        {
            return;
        }

        var text = WaitingMailText.For(waiting, stored.Payload.GetProperty("until").GetDateTimeOffset());
        await sender.SendOfEventAsync(new(stored.Id, waiting.GuestEmail, text.Subject, text.Body, null, WaitingMailText.Category), log, cancellation);
    }

    private async Task<WaitingGuest?> FindAsync(Guid intentId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await connection.QuerySingleOrDefaultAsync<WaitingGuest>(
            """
            SELECT i.guest_email, p.name AS property, i.check_in, i.check_out, i.modifies_reservation_id IS NOT NULL AS is_change, c.time_zone, a.locale
            FROM reserve.booking_intents i
            JOIN reserve.properties_map p ON p.id = i.property_id
            JOIN reserve.cities c ON c.id = i.city_id
            LEFT JOIN reserve.accounts a ON a.id = i.account_id
            WHERE i.id = @intentId
              AND i.status = 'host_commit_pending'
              AND i.host_queued_at IS NOT NULL
              AND i.cancel_requested_at IS NULL
              AND i.erased_at IS NULL
            """,
            new { intentId });
    }
}

/// <summary>Who waits for which stay.</summary>
/// <param name="IsChange">Of a booking that stands.</param>
/// <param name="TimeZone">IANA name, of the stay's city.</param>
/// <param name="Locale">Of the guest's account; null without one.</param>
internal sealed record WaitingGuest(
    string GuestEmail, string Property, DateOnly CheckIn, DateOnly CheckOut, bool IsChange, string TimeZone, string? Locale);
