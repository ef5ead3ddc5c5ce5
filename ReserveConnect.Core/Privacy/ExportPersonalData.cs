using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Privacy;

/// <summary>
/// Everything that is held about a guest, for the guest (LGPD, article 18 II and V). What the guest's own role may see is read
/// as the guest: a booking of somebody else cannot be among it. The rest is read by the account's id.
/// </summary>
public sealed class ExportPersonalData(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Collects it and notes that it was given out; there is no copy without a note.</summary>
    public async Task<PersonalData> RunAsync(AccountCaller caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var now = clock.GetUtcNow();
        var id = caller.AccountId;
        var own = await database.ReadAsync(caller.Actor, connection => OwnAsync(connection, id, now), cancellation);
        return await database.TransactAsync(
            async unit =>
            {
                await AccountRows.AuditAsync(unit, id, "personal_data_exported", caller.Actor.Name, now);
                return await WithTheRestAsync(unit.Connection, own, id);
            },
            cancellation);
    }

    private static async Task<PersonalData> OwnAsync(NpgsqlConnection connection, Guid accountId, DateTimeOffset now) =>
        new(
            now,
            (await GuestProfile.FindAsync(connection, accountId))!,
            await connection.QuerySingleOrDefaultAsync<HeldTraveler>(
                """
                SELECT email, first_name, last_name, phone, created_at
                FROM reserve.travelers
                WHERE id = (SELECT a.traveler_id FROM reserve.accounts a WHERE a.id = @accountId)
                """,
                new { accountId }),
            (await connection.QueryAsync<HeldIntent>(
                """
                SELECT i.id AS booking_intent_id, i.status, p.name AS property_name, u.name AS unit_name, i.check_in, i.check_out, i.guests_adults,
                       i.guests_children, i.guests_infants, i.currency, i.total_amount AS total, i.guest_email, i.guest_first_name, i.guest_last_name, i.guest_phone,
                       i.special_requests, i.created_at, i.expires_at
                FROM reserve.booking_intents i
                JOIN reserve.properties_map p ON p.id = i.property_id
                JOIN reserve.unit_map u ON u.id = i.unit_id
                ORDER BY i.id
                """)).AsList(),
            [],
            (await connection.QueryAsync<HeldReservation>(
                """
                SELECT r.id AS reservation_id, r.confirmation_code, r.status, r.payment_status, p.name AS property_name, u.name AS unit_name,
                       r.check_in, r.check_out, r.guests_adults, r.guests_children, r.guests_infants, r.currency, r.total_amount AS total, r.guest_email,
                       r.guest_first_name, r.guest_last_name, r.guest_phone, r.special_requests,
                       (SELECT string_agg(c.reason, '; ' ORDER BY c.id) FROM reserve.cancellations c WHERE c.reservation_id = r.id) AS cancellation_reason,
                       r.booked_at
                FROM reserve.reservations r
                JOIN reserve.properties_map p ON p.id = r.property_id
                JOIN reserve.unit_map u ON u.id = r.unit_id
                ORDER BY r.id
                """)).AsList(),
            (await connection.QueryAsync<HeldPayment>(
                """
                SELECT a.id AS payment_attempt_id, a.booking_intent_id, a.payment_method AS method, a.provider,
                       a.provider_payment_intent_id AS provider_payment_id, a.status, a.currency, a.amount, a.amount_received, a.card_brand,
                       a.card_last4, x.payer_name, x.payer_document, a.created_at, a.succeeded_at AS paid_at
                FROM reserve.payment_attempts a
                LEFT JOIN reserve.pix_transactions x ON x.payment_attempt_id = a.id
                ORDER BY a.id
                """)).AsList(),
            (await connection.QueryAsync<HeldRefund>(
                """
                SELECT id AS refund_id, payment_attempt_id, status, reason, note, currency, amount, requested_at, succeeded_at AS made_at
                FROM reserve.refunds
                ORDER BY id
                """)).AsList(),
            [],
            [],
            [],
            [],
            Processing.Held,
            Processing.Recipients);

    private static async Task<PersonalData> WithTheRestAsync(NpgsqlConnection connection, PersonalData own, Guid accountId)
    {
        await using var rest = await connection.QueryMultipleAsync(
            """
            SELECT i.id AS booking_intent_id, i.status, i.check_in, i.check_out, i.created_at
            FROM reserve.booking_intents i
            WHERE lower(i.guest_email) = (SELECT a.email_key FROM reserve.accounts a WHERE a.id = @accountId)
              AND i.id <> ALL (@seen)
            ORDER BY i.id;

            SELECT e.booking_intent_id, e.status, e.context ->> 'currency' AS currency, (e.context ->> 'amount')::numeric AS amount,
                   e.context ->> 'reason' AS reason, e.resolution_notes AS answer, e.created_at AS ordered_at, e.resolved_at AS decided_at
            FROM reserve.exceptions e
            WHERE e.exception_type = 'refund_approval'
              AND e.booking_intent_id = ANY (@seen)
            ORDER BY e.id;

            SELECT method, created_at, used_at, expires_at, revoked_at AS ended_at, revoked_reason AS ended_by
            FROM reserve.account_sessions
            WHERE account_id = @accountId
            ORDER BY created_at, id;

            SELECT purpose, created_at, used_at
            FROM reserve.one_time_tokens
            WHERE account_id = @accountId
            ORDER BY created_at, id;

            SELECT created_at AS at, action, from_status, to_status, reason, actor
            FROM reserve.audit_logs
            WHERE entity_type = 'account'
              AND entity_id = @accountId
            ORDER BY id
            """,
            new { accountId, seen = own.BookingIntents.Select(intent => intent.BookingIntentId).ToArray() });
        return own with
        {
            IntentsUnderYourAddress = (await rest.ReadAsync<HeldIntentUnderAddress>()).AsList(),
            RefundOrders = (await rest.ReadAsync<HeldRefundOrder>()).AsList(),
            Sessions = (await rest.ReadAsync<HeldSession>()).AsList(),
            Mails = (await rest.ReadAsync<HeldMail>()).AsList(),
            AuditTrail = (await rest.ReadAsync<HeldAuditEntry>()).AsList(),
        };
    }
}
