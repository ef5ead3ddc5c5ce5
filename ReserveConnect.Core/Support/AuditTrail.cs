using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Booking;
using ReserveConnect.Database;

namespace ReserveConnect.Support;

/// <summary>One thing that happened: a move of a status, another change, or something that staff did.</summary>
/// <param name="At">UTC instant.</param>
/// <param name="EntityType">What it happened to: <c>booking_intent</c>, <c>payment_attempt</c>, <c>account</c>, ...</param>
/// <param name="Action"><c>status</c>, the verb of a change, or the function that staff called.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string? EntityType, string? EntityId, string Action, string? FromStatus, string? ToStatus,
    JsonElement? Before, JsonElement? After, string? Reason, string Actor, string? RequestId);

/// <summary>A page of a trail, oldest first.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, string? Next);

/// <summary>Everything that was written down about one booking, payout or user.</summary>
public sealed class AuditTrail(ReserveDatabase database)
{
    // What belongs to the thing asked for, as (entity_type, entity_id).
    private const string OfBooking =
        """
        SELECT 'booking_intent' AS entity_type, i.id AS entity_id
        FROM intent i
        UNION ALL
        SELECT 'reservation', r.id
        FROM reserve.reservations r
        JOIN intent i ON i.id = r.booking_intent_id
        UNION ALL
        SELECT 'payment_attempt', a.id
        FROM reserve.payment_attempts a
        JOIN intent i ON i.id = a.booking_intent_id
        UNION ALL
        SELECT 'refund', f.id
        FROM reserve.refunds f
        JOIN intent i ON i.id = f.booking_intent_id
        UNION ALL
        SELECT 'dispute', d.id
        FROM reserve.disputes d
        JOIN intent i ON i.id = d.booking_intent_id
        UNION ALL
        SELECT 'cancellation', c.id
        FROM reserve.cancellations c
        JOIN intent i ON i.id = c.booking_intent_id
        UNION ALL
        SELECT 'exception', e.id
        FROM reserve.exceptions e
        JOIN intent i ON i.id = e.booking_intent_id
        """;

    /// <summary>Of a booking, by its confirmation code or the id of its intent or reservation.</summary>
    /// <returns>Refusals: <c>audit_target_not_found</c>, <c>invalid_cursor</c>.</returns>
    public async Task<Outcome<AuditPage>> OfBookingAsync(Actor actor, string key, string? cursor, int limit, CancellationToken cancellation)
    {
        var id = Guid.TryParse(key, out var parsed) ? parsed : (Guid?)null;
        var code = id is null ? ConfirmationCode.Normalise(key) : null;
        const string Intent =
            """
            SELECT i.id, r.confirmation_code
            FROM reserve.booking_intents i
            LEFT JOIN reserve.reservations r ON r.booking_intent_id = i.id
            WHERE i.id = @id
            UNION
            SELECT r.booking_intent_id, r.confirmation_code
            FROM reserve.reservations r
            WHERE r.id = @id
               OR r.confirmation_code = @code
            UNION
            SELECT m.id, NULL
            FROM reserve.reservations r
            JOIN reserve.booking_intents m ON m.modifies_reservation_id = r.id
            WHERE r.id = @id
               OR r.booking_intent_id = @id
               OR r.confirmation_code = @code
            """;
        var isThere = await database.ReadAsync(
            actor, connection => connection.ExecuteScalarAsync<bool>($"SELECT EXISTS ({Intent})", new { id, code }), cancellation);
        return isThere
            ? await PageAsync(
                actor,
                $"WITH intent AS ({Intent}), entities AS ({OfBooking}), named AS (SELECT id::text AS name FROM intent UNION SELECT confirmation_code FROM intent UNION SELECT entity_id::text FROM entities WHERE entity_type = 'reservation')",
                "target_type IN ('booking_intent', 'reservation', 'booking') AND target_id IN (SELECT name FROM named)",
                "false",
                new { id, code },
                cursor,
                limit,
                cancellation)
            : NotFound;
    }

    /// <summary>Of an account: what was done to it, and what it did.</summary>
    /// <inheritdoc cref="OfBookingAsync"/>
    public async Task<Outcome<AuditPage>> OfUserAsync(Actor actor, Guid accountId, string? cursor, int limit, CancellationToken cancellation)
    {
        var role = await database.ReadAsync(
            actor, connection => connection.ExecuteScalarAsync<string?>("SELECT role FROM reserve.accounts WHERE id = @accountId", new { accountId }), cancellation);
        return role is null
            ? NotFound
            : await PageAsync(
                actor,
                "WITH entities AS (SELECT 'account' AS entity_type, @accountId AS entity_id)",
                "agent_id = @accountId OR (target_type = 'account' AND target_id = @accountId::text)",
                // An account whose role changed acted under each of its names.
                "l.actor = ANY (@names)",
                new { accountId, names = Enum.GetValues<ActorKind>().Select(kind => new Actor(kind, accountId).Name).ToArray() },
                cursor,
                limit,
                cancellation);
    }

    /// <summary>Of a payout.</summary>
    /// <inheritdoc cref="OfBookingAsync"/>
    public async Task<Outcome<AuditPage>> OfPayoutAsync(Actor actor, Guid payoutId, string? cursor, int limit, CancellationToken cancellation)
    {
        var isThere = await database.ReadAsync(
            actor,
            connection => connection.ExecuteScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM reserve.audit_logs WHERE entity_type = 'payout' AND entity_id = @payoutId)", new { payoutId }),
            cancellation);
        return isThere
            ? await PageAsync(
                actor,
                "WITH entities AS (SELECT 'payout' AS entity_type, @payoutId AS entity_id)",
                "target_type = 'payout' AND target_id = @payoutId::text",
                "false",
                new { payoutId },
                cursor,
                limit,
                cancellation)
            : NotFound;
    }

    /// <summary>What asks for nothing that there is.</summary>
    public static Refusal NotFound => Refusal.NotFound("audit_target_not_found", "There is no such booking, payout or user.");

    private async Task<Outcome<AuditPage>> PageAsync(
        Actor actor, string with, string activities, string alsoLogs, object parameters, string? cursor, int limit, CancellationToken cancellation)
    {
        var (afterAt, afterId) = (DateTimeOffset.UnixEpoch, "");
        if (cursor is not null)
        {
            if (ListCursor.Read(cursor) is not [var at, var id] || !DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out afterAt))
            {
                return ListCursor.Invalid;
            }

            afterId = id;
        }

        var all = new DynamicParameters(parameters);
        all.Add("afterAt", afterAt);
        all.Add("afterId", afterId);
        all.Add("limit", limit + 1);
        var rows = (await database.ReadAsync(actor, connection => connection.QueryAsync<Row>(Page(with, activities, alsoLogs), all), cancellation)).AsList();
        var next = rows.Count > limit ? ListCursor.Write(rows[limit - 1].At.ToString("O", CultureInfo.InvariantCulture), rows[limit - 1].EntryId) : null;
        return new AuditPage([.. rows.Take(limit).Select(row => row.ToEntry())], next);
    }

    private static string Page(string with, string activities, string alsoLogs) =>
        $"""
        {with}
        SELECT *
        FROM (
            SELECT l.created_at AS at, lpad(l.id::text, 20, '0') AS entry_id, l.entity_type, l.entity_id::text AS entity_id, l.action, l.from_status,
                   l.to_status, l.before::text AS before, l.after::text AS after, l.reason, l.actor, l.request_id
            FROM reserve.audit_logs l
            JOIN entities e ON e.entity_type = l.entity_type AND e.entity_id = l.entity_id
            UNION
            SELECT l.created_at, lpad(l.id::text, 20, '0'), l.entity_type, l.entity_id::text, l.action, l.from_status,
                   l.to_status, l.before::text, l.after::text, l.reason, l.actor, l.request_id
            FROM reserve.audit_logs l
            WHERE {alsoLogs}
            UNION ALL
            SELECT s.created_at, s.id::text, s.target_type, s.target_id, s.activity_type, NULL,
                   NULL, NULL, s.details::text, NULL, s.actor, s.request_id
            FROM reserve.support_activity s
            WHERE {activities}) entry
        WHERE (at, entry_id) > (@afterAt, @afterId)
        ORDER BY at, entry_id
        LIMIT @limit
        """;

    private sealed record Row(
        DateTimeOffset At, string EntryId, string? EntityType, string? EntityId, string Action, string? FromStatus, string? ToStatus,
        string? Before, string? After, string? Reason, string Actor, string? RequestId)
    {
        public AuditEntry ToEntry() => new(At, EntityType, EntityId, Action, FromStatus, ToStatus, Json(Before), Json(After), Reason, Actor, RequestId);

        private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
    }
}
