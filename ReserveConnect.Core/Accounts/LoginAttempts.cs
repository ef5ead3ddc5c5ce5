using System.Buffers.Binary;
using System.Text;
using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>One attempt that was let through and counted.</summary>
/// <param name="Failures">In a row from this client, if this one fails too.</param>
/// <param name="AddressFailures">In a row with this address from anywhere; 0 where only the account counts.</param>
public sealed record LoginAttempt(int Failures, int AddressFailures);

/// <summary>
/// Counts failed logins by address and client, whether the address has an account or not: a lock tells nobody that there is
/// one, and a stranger who fails keeps out nobody but themselves. Beside it counts the address alone, with many more
/// failures free and a wait that does not grow, for guesses from many networks. An attempt counts as failed from its
/// beginning, so that of many at once no more are let through than one after the other.
/// </summary>
public sealed class LoginAttempts(ReserveDatabase database, AccountKeys keys, TimeProvider clock, IOptions<AccountOptions> options)
{
    /// <summary>Rows beyond the bound that one attempt removes: more than it makes.</summary>
    private const int Swept = 4;

    /// <summary>Counts an attempt to log in. Refusals: <c>too_many_attempts</c>, with the time to wait.</summary>
    /// <param name="network">Of the client.</param>
    public Task<Outcome<LoginAttempt>> BeginAsync(string email, UInt128 network, CancellationToken cancellation)
    {
        var (client, address) = (KeyOf(email, network), KeyOf(email));
        return database.TransactAsync(unit => BeginAsync(unit, client, address), cancellation);
    }

    /// <summary>Counts an attempt of whoever is logged in to prove the password again: strangers have no part in it.</summary>
    public Task<Outcome<LoginAttempt>> BeginAsync(Guid accountId, CancellationToken cancellation) =>
        database.TransactAsync(unit => BeginAsync(unit, KeyOf(accountId), null), cancellation);

    /// <summary>It did not fail: nothing is remembered of this client, nor of the address.</summary>
    internal Task ForgetAsync(UnitOfWork unit, string email, UInt128 network) => ForgetAsync(unit, KeyOf(email, network), KeyOf(email));

    /// <inheritdoc cref="ForgetAsync(UnitOfWork, string, UInt128)"/>
    internal Task ForgetAsync(UnitOfWork unit, Guid accountId) => ForgetAsync(unit, KeyOf(accountId));

    /// <summary>It neither failed nor succeeded: those before stay.</summary>
    internal async Task TakeBackAsync(string email, UInt128 network, LoginAttempt attempt, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        await TakeBackAsync(connection, KeyOf(email, network), attempt.Failures);
        await TakeBackAsync(connection, KeyOf(email), attempt.AddressFailures);
    }

    /// <inheritdoc cref="TakeBackAsync(string, UInt128, LoginAttempt, CancellationToken)"/>
    internal async Task TakeBackAsync(Guid accountId, LoginAttempt attempt, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        await TakeBackAsync(connection, KeyOf(accountId), attempt.Failures);
    }

    private static Task TakeBackAsync(Npgsql.NpgsqlConnection connection, byte[] key, int failures) =>
        connection.ExecuteAsync(
            """
            UPDATE reserve.login_failures
            SET failures = failures - 1,
                locked_until = CASE WHEN failures = @failures THEN NULL ELSE locked_until END
            WHERE key_hash = @key
              AND failures > 0
            """,
            new { key, failures });

    private static Task ForgetAsync(UnitOfWork unit, params byte[][] gone) =>
        unit.Connection.ExecuteAsync("DELETE FROM reserve.login_failures WHERE key_hash = ANY(@gone)", new { gone });

    private async Task<Outcome<LoginAttempt>> BeginAsync(UnitOfWork unit, byte[] client, byte[]? address)
    {
        // An attempt that the address's lock refuses is none of the client's.
        if (address is not null && await LockedAsync(unit, address) is { } locked)
        {
            return TooMany(locked);
        }

        var byClient = await CountAsync(unit, client, failures => LockOut.After(failures, options.Value));
        if (byClient.Refusal is not null || address is null)
        {
            return byClient.Refusal is { } wait ? wait : new LoginAttempt(byClient.Value, 0);
        }

        var byAddress = await CountAsync(unit, address, failures => failures < options.Value.FreeAddressFailures ? TimeSpan.Zero : options.Value.FirstLock);
        return byAddress.Refusal is { } refusal ? refusal : new LoginAttempt(byClient.Value, byAddress.Value);
    }

    private async Task<Outcome<int>> CountAsync(UnitOfWork unit, byte[] key, Func<int, TimeSpan> waitAfter)
    {
        var now = clock.GetUtcNow();
        var counted = await unit.Connection.QuerySingleOrDefaultAsync<(int Failures, long Sequence)?>(
            """
            INSERT INTO reserve.login_failures AS f (key_hash, failures, last_at)
            VALUES (@key, 1, @now)
            ON CONFLICT (key_hash) DO UPDATE
            SET failures = CASE WHEN f.last_at < @forgotten THEN 1 ELSE f.failures + 1 END,
                sequence = EXCLUDED.sequence,
                last_at = @now,
                locked_until = NULL
            WHERE f.locked_until IS NULL OR f.locked_until <= @now
            RETURNING failures, sequence
            """,
            new { key, now, forgotten = now - options.Value.FailureMemory });
        if (counted is not var (failures, sequence))
        {
            return TooMany(await LockedAsync(unit, key) ?? options.Value.FirstLock);
        }

        var wait = waitAfter(failures);
        // Rows that others have in hand are left to them: two attempts at once never wait for each other in a circle.
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.login_failures
            SET locked_until = @until
            WHERE key_hash = @key;

            DELETE FROM reserve.login_failures
            WHERE key_hash IN (
                SELECT key_hash
                FROM reserve.login_failures
                WHERE sequence < @sequence - @MaxFailureRows
                ORDER BY sequence
                LIMIT @Swept
                FOR UPDATE SKIP LOCKED)
            """,
            new { key, until = wait > TimeSpan.Zero ? now + wait : (DateTimeOffset?)null, sequence, options.Value.MaxFailureRows, Swept });
        return failures;
    }

    private async Task<TimeSpan?> LockedAsync(UnitOfWork unit, byte[] key)
    {
        var now = clock.GetUtcNow();
        var until = await unit.Connection.ExecuteScalarAsync<DateTimeOffset?>(
            "SELECT locked_until FROM reserve.login_failures WHERE key_hash = @key AND locked_until > @now", new { key, now });
        return until - now;
    }

    private static Refusal TooMany(TimeSpan wait) =>
        Refusal.TooMany("too_many_attempts", "Too many failed attempts. Please wait before the next.", wait);

    private byte[] KeyOf(string email) => keys.Mac("login-failures", Encoding.UTF8.GetBytes(AccountEmail.Key(email)));

    private byte[] KeyOf(Guid accountId) => keys.Mac("login-failures-of-account", accountId.ToByteArray());

    private byte[] KeyOf(string email, UInt128 network)
    {
        // The number first: its length is always the same, so no two pairs are one text.
        var address = Encoding.UTF8.GetBytes(AccountEmail.Key(email));
        var pair = new byte[16 + address.Length];
        BinaryPrimitives.WriteUInt128BigEndian(pair, network);
        address.CopyTo(pair, 16);
        return keys.Mac("login-failures-of-client", pair);
    }
}
