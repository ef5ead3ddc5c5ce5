namespace ReserveConnect.Tests.Database;

/// <summary>The accounts among <see cref="SeededRows"/>, with what belongs to them.</summary>
internal static class SeededPeople
{
    // Guest A and B by account, two owners, an agent.
    public const string Rows =
        """
        INSERT INTO reserve.accounts
            (id, email, role, status, email_verified_at, traveler_id, first_name, last_name, locale, created_at, updated_at)
        VALUES ('0198b0a0-0000-7000-8000-0000000002aa', 'a@localhost', 'guest', 'active', now(), '0198b0a0-0000-7000-8000-0000000001aa', 'Ana', 'A', 'pt-BR', now(), now()),
               ('0198b0a0-0000-7000-8000-0000000002bb', 'other@localhost', 'guest', 'active', now(), NULL, 'Bia', 'B', 'pt-BR', now(), now()),
               ('0198b0a0-0000-7000-8000-0000000000a0', 'oa@localhost', 'owner', 'active', now(), NULL, 'O', 'A', 'pt-BR', now(), now()),
               ('0198b0a0-0000-7000-8000-0000000000b0', 'ob@localhost', 'owner', 'active', now(), NULL, 'O', 'B', 'pt-BR', now(), now()),
               ('0198b0a0-0000-7000-8000-0000000000ee', 'ag@localhost', 'agent', 'active', now(), NULL, 'A', 'G', 'pt-BR', now(), now());

        -- B has booked with the account, for another address.
        UPDATE reserve.booking_intents
        SET account_id = '0198b0a0-0000-7000-8000-0000000002bb'
        WHERE id = '0198b0a0-0000-7000-8000-0000000001bb';

        INSERT INTO reserve.account_secrets (account_id, password_hash)
        SELECT id, 'hash'
        FROM reserve.accounts;

        INSERT INTO reserve.account_recovery_codes (account_id, code_hash)
        SELECT id, '\x00'
        FROM reserve.accounts;

        INSERT INTO reserve.account_identities (account_id, issuer, subject, created_at)
        SELECT id, 'https://issuer.example', id::text, now()
        FROM reserve.accounts;

        INSERT INTO reserve.account_sessions (id, account_id, method, created_at, used_at, expires_at)
        SELECT id, id, 'password', now(), now(), now()
        FROM reserve.accounts;

        INSERT INTO reserve.account_refresh_tokens (token_hash, session_id, issued_at)
        SELECT uuid_send(id), id, now()
        FROM reserve.account_sessions;

        INSERT INTO reserve.one_time_tokens (id, account_id, purpose, token_hash, created_at, expires_at)
        SELECT id, id, 'reset_password', uuid_send(id), now(), now()
        FROM reserve.accounts;

        INSERT INTO reserve.login_failures (key_hash, failures, last_at)
        VALUES ('\x00', 1, now());

        INSERT INTO reserve.property_owners (id, property_id, account_id, role, granted_at, revoked_at)
        VALUES (gen_random_uuid(), '0198b0a0-0000-7000-8000-0000000000aa', '0198b0a0-0000-7000-8000-0000000000a0', 'owner', now(), NULL),
               (gen_random_uuid(), '0198b0a0-0000-7000-8000-0000000000cc', '0198b0a0-0000-7000-8000-0000000000a0', 'manager', now(), NULL),
               (gen_random_uuid(), '0198b0a0-0000-7000-8000-0000000000bb', '0198b0a0-0000-7000-8000-0000000000a0', 'owner', now(), now()),
               (gen_random_uuid(), '0198b0a0-0000-7000-8000-0000000000bb', '0198b0a0-0000-7000-8000-0000000000b0', 'owner', now(), NULL);

        INSERT INTO reserve.support_activity (id, agent_id, actor, activity_type, details, request_id, created_at)
        VALUES (gen_random_uuid(), '0198b0a0-0000-7000-8000-0000000000ee', 'agent', 'get_booking', '{}', 'test', now());
        """;
}
