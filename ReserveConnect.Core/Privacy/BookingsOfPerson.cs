using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Privacy;

/// <summary>
/// The bookings in which a person is named: those made with the account, those that are its traveler's, and those that
/// somebody made under its proven address. Locked until the transaction ends.
/// </summary>
internal sealed class BookingsOfPerson
{
    private readonly Guid[] _intents;

    private BookingsOfPerson(Guid[] intents) => _intents = intents;

    /// <summary>Intents, booked or not.</summary>
    public int Count => _intents.Length;

    /// <summary>
    /// The caller has locked the account, so that no intent is made with it. The traveler is locked first: whoever is being
    /// confirmed under the address at this moment comes before or after, and not in between.
    /// </summary>
    public static async Task<BookingsOfPerson> LockAsync(UnitOfWork unit, Account account)
    {
        await unit.Connection.ExecuteAsync(
            "SELECT 1 FROM reserve.travelers WHERE id = (SELECT a.traveler_id FROM reserve.accounts a WHERE a.id = @Id) FOR UPDATE",
            new { account.Id });
        var intents = await unit.Connection.QueryAsync<Guid>(
            """
            SELECT i.id
            FROM reserve.booking_intents i
            WHERE i.account_id = @Id
               OR lower(i.guest_email) = @address
               OR i.id = ANY (ARRAY(
                   SELECT r.booking_intent_id
                   FROM reserve.reservations r
                   WHERE r.account_id = @Id
                      OR r.traveler_id = (SELECT a.traveler_id FROM reserve.accounts a WHERE a.id = @Id)))
               OR i.modifies_reservation_id = ANY (ARRAY(
                   SELECT r.id
                   FROM reserve.reservations r
                   WHERE r.account_id = @Id
                      OR r.traveler_id = (SELECT a.traveler_id FROM reserve.accounts a WHERE a.id = @Id)))
            ORDER BY i.id
            FOR UPDATE
            """,
            new { account.Id, address = AccountEmail.Key(account.Email) });
        return new([.. intents]);
    }

    /// <summary>What is not over: the code of a reservation, else the id of an intent.</summary>
    public async Task<IReadOnlyList<string>> OpenAsync(UnitOfWork unit, DateTimeOffset now) =>
        (await unit.Connection.QueryAsync<string>(
            """
            SELECT coalesce(r.confirmation_code, i.id::text)
            FROM reserve.booking_intents i
            JOIN reserve.cities c ON c.id = i.city_id
            LEFT JOIN reserve.reservations r ON r.booking_intent_id = i.id
            WHERE i.id = ANY (@_intents)
              AND (i.status NOT IN ('confirmed', 'cancelled', 'expired')
                   OR r.status = 'cancel_pending'
                   OR (r.status IN ('confirmed', 'checked_in') AND r.check_out >= (@now AT TIME ZONE c.time_zone)::date)
                   OR EXISTS (
                       SELECT 1
                       FROM reserve.refunds f
                       WHERE f.booking_intent_id = i.id
                         AND f.status <> 'succeeded')
                   OR EXISTS (
                       SELECT 1
                       FROM reserve.exceptions e
                       WHERE e.booking_intent_id = i.id
                         AND e.exception_type = 'refund_approval'
                         AND e.status IN ('open', 'in_progress')))
            ORDER BY i.id
            """,
            new { _intents, now })).AsList();

    /// <summary>Takes the guest out of intents and reservations, and forgets what was answered under idempotency keys.</summary>
    /// <returns>How many reservations.</returns>
    public async Task<int> AnonymiseAsync(UnitOfWork unit, Anonymous anonymous, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.booking_intents
            SET guest_email = @Email, guest_first_name = @FirstName, guest_last_name = @LastName, guest_phone = NULL, special_requests = NULL,
                client_key = NULL, site_key = NULL, email_key = NULL, erased_at = @now
            WHERE id = ANY (@_intents);

            UPDATE reserve.cancellations
            SET reason = NULL
            WHERE booking_intent_id = ANY (@_intents);

            UPDATE reserve.refunds
            SET note = NULL
            WHERE booking_intent_id = ANY (@_intents);

            UPDATE reserve.exceptions
            SET context = context - 'reason', decision = decision - 'notes', resolution_notes = NULL
            WHERE booking_intent_id = ANY (@_intents)
              AND exception_type = 'refund_approval';

            DELETE FROM reserve.idempotency_keys
            WHERE resource_id = ANY (@_intents)
            """,
            new { _intents, anonymous.Email, anonymous.FirstName, anonymous.LastName, now });
        return await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.reservations
            SET guest_email = @Email, guest_first_name = @FirstName, guest_last_name = @LastName, guest_phone = NULL, special_requests = NULL,
                updated_at = @now
            WHERE booking_intent_id = ANY (@_intents)
            """,
            new { _intents, anonymous.Email, anonymous.FirstName, anonymous.LastName, now });
    }

    /// <summary>Takes the payer out of the charges, and out of what their providers reported.</summary>
    /// <returns>How many charges.</returns>
    public async Task<int> AnonymisePaymentsAsync(UnitOfWork unit, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.pix_transactions
            SET payer_name = NULL, payer_document = NULL, provider_response = NULL, updated_at = @now
            WHERE payment_attempt_id IN (SELECT a.id FROM reserve.payment_attempts a WHERE a.booking_intent_id = ANY (@_intents));

            UPDATE reserve.webhook_events
            SET payload = '{}'
            WHERE (provider, object_id) IN (
                SELECT a.provider, x.id
                FROM reserve.payment_attempts a
                CROSS JOIN LATERAL (VALUES (a.provider_payment_intent_id), (a.provider_charge_id)) x (id)
                WHERE a.booking_intent_id = ANY (@_intents))
            """,
            new { _intents, now });
        return await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payment_attempts
            SET client_secret = NULL, error_message = NULL, updated_at = @now
            WHERE booking_intent_id = ANY (@_intents)
            """,
            new { _intents, now });
    }
}
