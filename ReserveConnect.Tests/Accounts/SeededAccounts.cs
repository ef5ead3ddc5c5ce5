using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using OtpNet;
using ReserveConnect.Accounts;
using ReserveConnect.Tests.Booking;

namespace ReserveConnect.Tests.Accounts;

/// <summary>Accounts as they are after all that makes one, written at once: for tests of what an account may do.</summary>
internal static class SeededAccounts
{
    /// <summary>Writes them, with a session each; an active one has <see cref="People.Password"/>.</summary>
    public static async Task<IReadOnlyList<Somebody>> SeedAsync(this Marketplace market, params IEnumerable<AccountSeed> seeds)
    {
        var now = market.Clock.GetUtcNow();
        var password = (await market.Services.GetRequiredService<Passwords>().HashAsync(People.Password, CancellationToken.None)).Value;
        var secondFactor = market.Services.GetRequiredService<SecondFactor>();
        List<Somebody> seeded = [];
        await using var connection = await market.OpenAsync();
        foreach (var seed in seeds)
        {
            var (id, secret) = (Guid.CreateVersion7(now), RandomNumberGenerator.GetBytes(20));
            var isStaff = seed.Role is "agent" or "supervisor" or "admin";
            var somebody = new Somebody(id, Guid.CreateVersion7(now), seed.Email ?? People.NewEmail(), Base32Encoding.ToString(secret));
            await connection.ExecuteAsync(
                """
                INSERT INTO reserve.accounts (id, email, role, status, email_verified_at, first_name, last_name, locale, created_at, updated_at)
                VALUES (@AccountId, @Email, @Role, @Status, CASE WHEN @Status = 'active' THEN @now END, 'Rui', 'Lima', 'en', @now, @now);

                INSERT INTO reserve.account_secrets (account_id, password_hash, password_changed_at, totp_secret, totp_confirmed_at)
                SELECT @AccountId, @password, @now, @totp, CASE WHEN @totp IS NOT NULL AND @HasSecondFactor THEN @now END
                WHERE @Status = 'active';
                """,
                new
                {
                    somebody.AccountId,
                    somebody.Email,
                    seed.Role,
                    seed.Status,
                    seed.HasSecondFactor,
                    password,
                    totp = isStaff ? secondFactor.Seal(id, secret) : null,
                    now,
                });
            await market.OpenSessionAsync(somebody);
            seeded.Add(somebody);
        }

        return seeded;
    }

    /// <summary>Writes one.</summary>
    public static async Task<Somebody> SeedAsync(this Marketplace market, string role, bool hasSecondFactor = true) =>
        (await market.SeedAsync([new AccountSeed(role, HasSecondFactor: hasSecondFactor)])).Single();

    /// <summary>The same account in one more session.</summary>
    public static async Task<Somebody> AgainAsync(this Marketplace market, Somebody somebody)
    {
        var again = somebody with { SessionId = Guid.CreateVersion7(market.Clock.GetUtcNow()) };
        await market.OpenSessionAsync(again);
        return again;
    }

    /// <summary>The access token of the session.</summary>
    public static string TokenOf(this Marketplace market, Somebody somebody) =>
        market.Services.GetRequiredService<AccessTokens>().ForAccount(somebody.AccountId, somebody.SessionId).Token;

    private static async Task OpenSessionAsync(this Marketplace market, Somebody somebody)
    {
        var now = market.Clock.GetUtcNow();
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.account_sessions (id, account_id, method, created_at, used_at, expires_at)
            VALUES (@SessionId, @AccountId, 'password', @now, @now, @ends)
            """,
            new { somebody.SessionId, somebody.AccountId, now, ends = now.AddDays(30) });
    }
}

/// <summary>An account that a test wants.</summary>
/// <param name="Email">Null: one that no other test has.</param>
/// <param name="HasSecondFactor">Whether staff have proven theirs.</param>
internal sealed record AccountSeed(string Role, string? Email = null, string Status = "active", bool HasSecondFactor = true);

/// <summary>An account and one of its sessions.</summary>
/// <param name="Secret">What the authenticator of a member of staff is set up with, Base32.</param>
internal sealed record Somebody(Guid AccountId, Guid SessionId, string Email, string Secret);
