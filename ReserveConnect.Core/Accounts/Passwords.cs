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

/// <summary>Hashes and compares passwords (ASP.NET Core Identity's format 3: PBKDF2 with HMAC-SHA512).</summary>
public sealed class Passwords
{
    private readonly PasswordHasher<object> _hasher;
    private readonly string _decoy;
    private long _computations;

    public Passwords(IOptions<AccountOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.PasswordIterations }));
        _decoy = _hasher.HashPassword(this, RandomNumberGenerator.GetHexString(32));
    }

    /// <summary>How many were computed since the start: what an answer costs, whoever it is about.</summary>
    internal long Computations => Interlocked.Read(ref _computations);

    public string Hash(string password)
    {
        Interlocked.Increment(ref _computations);
        return _hasher.HashPassword(this, password);
    }

    /// <summary>Compares; without a stored hash it takes as long and is wrong.</summary>
    public PasswordVerdict Verify(string? storedHash, string password)
    {
        ArgumentNullException.ThrowIfNull(password);
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
