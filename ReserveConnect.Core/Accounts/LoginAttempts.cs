using System.Text;
using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>
/// Counts failed logins by address, whether it has an account or not: a lock tells nobody that there is one. An attempt
/// counts as failed from its beginning, so that of many at once no more are let through than one after the other.
/// </summary>
public sealed class LoginAttempts(ReserveDatabase database, AccountKeys keys, TimeProvider clock, IOptions<AccountOptions> options)
{
    /// <summary>Counts an attempt. Refusals: <c>too_many_attempts</c>, with the time to wait.</summary>
    /// <returns>Failures in a row if this one fails too.</returns>
    public Task<Outcome<int>> BeginAsync(string email, CancellationToken cancellation)
    {
        var key = KeyOf(email);
        return database.TransactAsync(unit => BeginAsync(unit, key), cancellation);
    }

    /// <summary>It did not fail: nothing is remembered.</summary>
    internal Task ForgetAsync(UnitOfWork unit, string email) =>
        unit.Connection.ExecuteAsync("DELETE FROM reserve.login_failures WHERE email_hash = @key", new { key = KeyOf(email) });

    /// <summary>It neither failed nor succeeded (the second factor is missing): those before stay.</summary>
    /// <param name="failures">What <see cref="BeginAsync(string, CancellationToken)"/> gave.</param>
    internal async Task TakeBackAsync(string email, int failures, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        await connection.ExecuteAsync(
            """
            UPDATE reserve.login_failures
            SET failures = failures - 1,
                locked_until = CASE WHEN failures = @failures THEN NULL ELSE locked_until END
            WHERE email_hash = @key
              AND failures > 0
            """,
            new { key = KeyOf(email), failures });
    }

    private async Task<Outcome<int>> BeginAsync(UnitOfWork unit, byte[] key)
    {
        var now = clock.GetUtcNow();
        var counted = await unit.Connection.QuerySingleOrDefaultAsync<(int Failures, long Sequence)?>(
            """
            INSERT INTO reserve.login_failures AS f (email_hash, failures, last_at)
            VALUES (@key, 1, @now)
            ON CONFLICT (email_hash) DO UPDATE
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
            var until = await unit.Connection.ExecuteScalarAsync<DateTimeOffset?>(
                "SELECT locked_until FROM reserve.login_failures WHERE email_hash = @key", new { key });
            return TooMany(until is { } instant && instant > now ? instant - now : options.Value.FirstLock);
        }

        var wait = LockOut.After(failures, options.Value);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.login_failures
            SET locked_until = @until
            WHERE email_hash = @key;

            DELETE FROM reserve.login_failures
            WHERE sequence < @sequence - @MaxFailureRows
            """,
            new { key, until = wait > TimeSpan.Zero ? now + wait : (DateTimeOffset?)null, sequence, options.Value.MaxFailureRows });
        return failures;
    }

    private static Refusal TooMany(TimeSpan wait) =>
        Refusal.TooMany("too_many_attempts", "Too many failed logins with this address. Please wait before the next.", wait);

    private byte[] KeyOf(string email) => keys.Mac("login-failures", Encoding.UTF8.GetBytes(AccountEmail.Key(email)));
}
