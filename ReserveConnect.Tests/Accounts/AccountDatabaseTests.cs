using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class AccountDatabaseTests(MigratedDatabase migrated) : IClassFixture<MigratedDatabase>
{
    private readonly ShiftedClock _clock = new();

    [Fact]
    public async Task Failures_are_remembered_of_so_many_and_no_more()
    {
        var options = Options.Create(new AccountOptions { SecretKeys = Key(1), MaxFailureRows = 100 });
        var attempts = new LoginAttempts(migrated.Database, new(options), _clock, options);
        for (var address = 0; address < 130; address++)
            await attempts.BeginAsync($"a{address}@example.com", 7, CancellationToken.None);

        // The newest are there; the oldest begin anew.
        Assert.InRange(await CountAsync("SELECT count(*) FROM reserve.login_failures"), 100, 101);
        Assert.Equal(2, (await attempts.BeginAsync("a129@example.com", 7, CancellationToken.None)).Value.Failures);
        Assert.Equal(1, (await attempts.BeginAsync("a0@example.com", 7, CancellationToken.None)).Value.Failures);
    }

    [Fact]
    public async Task Failures_are_forgotten_after_a_day_without_one()
    {
        var options = Options.Create(new AccountOptions { SecretKeys = Key(1) });
        var attempts = new LoginAttempts(migrated.Database, new(options), _clock, options);
        for (var failures = 1; failures <= 4; failures++)
            Assert.Equal(failures, (await attempts.BeginAsync("day@example.com", 7, CancellationToken.None)).Value.Failures);
        _clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        Assert.Equal(1, (await attempts.BeginAsync("day@example.com", 7, CancellationToken.None)).Value.Failures);
    }

    [Fact]
    public async Task A_link_that_was_made_with_an_older_key_is_still_mailed_and_works_while_that_key_is_there()
    {
        var (before, after, gone) = (Tokens(Key(1)), Tokens($"{Key(2)},{Key(1)}"), Tokens(Key(2)));
        var account = await NewAccountAsync();
        var id = await migrated.Database.TransactAsync(unit => before.IssueAsync(unit, account, TokenPurpose.ResetPassword, TimeSpan.FromHours(1)), CancellationToken.None);
        await using var connection = await migrated.Database.OpenAsync(CancellationToken.None);
        var hash = (await connection.ExecuteScalarAsync<byte[]>("SELECT token_hash FROM reserve.one_time_tokens WHERE id = @id", new { id }))!;

        var text = after.TextOf(id, TokenPurpose.ResetPassword, hash);

        Assert.Equal(before.TextOf(id, TokenPurpose.ResetPassword), text);
        Assert.Equal(id, (await after.FindAsync(connection, text!, TokenPurpose.ResetPassword))!.Id);
        Assert.Null(gone.TextOf(id, TokenPurpose.ResetPassword, hash));
    }

    [Fact]
    public async Task Links_that_ran_out_long_ago_are_removed_when_others_are_made()
    {
        var tokens = Tokens(Key(1));
        var old = await migrated.Database.TransactAsync(unit => tokens.IssueAsync(unit, null, TokenPurpose.ResetPassword, TimeSpan.FromMinutes(30)), CancellationToken.None);
        _clock.Advance(TimeSpan.FromDays(2));

        await migrated.Database.TransactAsync(unit => tokens.IssueAsync(unit, null, TokenPurpose.ResetPassword, TimeSpan.FromMinutes(30)), CancellationToken.None);

        Assert.Equal(0, await CountAsync($"SELECT count(*) FROM reserve.one_time_tokens WHERE id = '{old}'"));
    }

    [Theory]
    [InlineData("reserve_staff")]
    [InlineData("reserve_owner")]
    [InlineData("reserve_guest")]
    [InlineData("reserve_anonymous")]
    public async Task What_proves_something_is_read_by_the_service_alone(string role)
    {
        foreach (var table in new[] { "account_secrets", "account_recovery_codes", "account_identities", "account_sessions", "account_refresh_tokens", "one_time_tokens", "login_failures" })
        {
            Assert.Equal(0, await CountAsync($"SELECT count(*) FROM (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) p (name) WHERE has_table_privilege('{role}', 'reserve.{table}', p.name)"));
            Assert.Equal(1, await CountAsync($"SELECT count(*) FROM pg_class WHERE oid = 'reserve.{table}'::regclass AND relrowsecurity AND relforcerowsecurity"));
        }
    }

    [Theory]
    [InlineData("reserve_guest")]
    [InlineData("reserve_owner")]
    public async Task An_account_sees_itself_and_changes_nothing(string role)
    {
        var (mine, other) = (await NewAccountAsync(), await NewAccountAsync());
        await using var connection = await migrated.Database.OpenAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync($"GRANT USAGE ON SCHEMA reserve TO {role}; SET LOCAL ROLE {role}; SELECT set_config('reserve.account_id', @mine, true)", new { mine = $"{mine}" });

        Assert.Equal([mine], await connection.QueryAsync<Guid>("SELECT id FROM reserve.accounts"));
        Assert.DoesNotContain(other, await connection.QueryAsync<Guid>("SELECT id FROM reserve.accounts"));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => connection.ExecuteAsync("UPDATE reserve.accounts SET role = 'admin'"));
    }

    private async Task<Guid> NewAccountAsync()
    {
        var id = Guid.CreateVersion7();
        await using var connection = await migrated.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.accounts (id, email, role, status, email_verified_at, first_name, last_name, locale, created_at, updated_at)
            VALUES (@id, @id::text || '@example.com', 'guest', 'active', now(), 'A', 'B', 'en', now(), now())
            """,
            new { id });
        return id;
    }

    private OneTimeTokens Tokens(string keys)
    {
        var options = Options.Create(new AccountOptions { SecretKeys = keys });
        return new(new(options), _clock, options);
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = await migrated.Database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    private static string Key(byte filling) => $"k{filling}:{Convert.ToBase64String([.. Enumerable.Repeat(filling, 32)])}";
}
