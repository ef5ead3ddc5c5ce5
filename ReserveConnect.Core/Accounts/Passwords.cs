using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>What comparing a password came to.</summary>
public enum PasswordVerdict
{
    Wrong,
    Right,

    /// <summary>Right, and stored with fewer rounds than are asked for now.</summary>
    RightAndOutdated,
}

/// <summary>
/// Hashes and compares passwords (ASP.NET Core Identity's format 3: PBKDF2 with HMAC-SHA512). Only so many at once: whoever
/// sends passwords without end makes others wait for a moment, and does not take every processor.
/// </summary>
public sealed class Passwords : IDisposable
{
    private readonly PasswordHasher<object> _hasher;
    private readonly string _decoy;
    private readonly SemaphoreSlim _turns;
    private readonly TimeSpan _patience;
    private long _computations;

    public Passwords(IOptions<AccountOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.PasswordIterations }));
        _turns = new(options.Value.MaxHashesAtOnce > 0 ? options.Value.MaxHashesAtOnce : Environment.ProcessorCount);
        _patience = options.Value.HashPatience;
        _decoy = _hasher.HashPassword(this, RandomNumberGenerator.GetHexString(32));
    }

    /// <summary>How many were computed since the start: what an answer costs, whoever it is about.</summary>
    internal long Computations => Interlocked.Read(ref _computations);

    /// <summary>The answer to whoever waited for a turn too long.</summary>
    internal static Refusal Busy => Refusal.Unavailable("busy", "Too many people log in at this moment. Please try again.");

    /// <summary>A hash for storing. Refusals: <c>busy</c>.</summary>
    public Task<Outcome<string>> HashAsync(string password, CancellationToken cancellation) => InTurnAsync(() => Hash(password), cancellation);

    /// <summary>Compares; without a stored hash it takes as long and is wrong. Refusals: <c>busy</c>.</summary>
    public Task<Outcome<PasswordVerdict>> VerifyAsync(string? storedHash, string password, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(password);
        return InTurnAsync(() => Verify(storedHash, password), cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    /// <summary>Does it when one of the turns is free; tests hold one by work that takes its time.</summary>
    internal async Task<Outcome<T>> InTurnAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        if (!await _turns.WaitAsync(_patience, cancellation))
        {
            return Busy;
        }

        try
        {
            return work();
        }
        finally
        {
            _turns.Release();
        }
    }

    private string Hash(string password)
    {
        Interlocked.Increment(ref _computations);
        return _hasher.HashPassword(this, password);
    }

    private PasswordVerdict Verify(string? storedHash, string password)
    {
        Interlocked.Increment(ref _computations);
        // Nobody has one that is longer; hashing it would be work for whoever sends it.
        var compared = password.Length > PasswordRules.MostCharacters ? password[..PasswordRules.MostCharacters] : password;
        var verdict = _hasher.VerifyHashedPassword(this, storedHash ?? _decoy, compared);
        if (storedHash is null || compared.Length < password.Length)
        {
            return PasswordVerdict.Wrong;
        }

        return verdict switch
        {
            PasswordVerificationResult.Success => PasswordVerdict.Right,
            PasswordVerificationResult.SuccessRehashNeeded => PasswordVerdict.RightAndOutdated,
            _ => PasswordVerdict.Wrong,
        };
    }

    /// <summary>Makes a hash the account's password.</summary>
    public static Task StoreAsync(UnitOfWork unit, Guid accountId, string hash, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.account_secrets (account_id, password_hash, password_changed_at)
            VALUES (@accountId, @hash, @now)
            ON CONFLICT (account_id) DO UPDATE
            SET password_hash = EXCLUDED.password_hash,
                password_changed_at = EXCLUDED.password_changed_at
            """,
            new { accountId, hash, now });
}
