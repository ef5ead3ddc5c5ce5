using Dapper;
using Npgsql;
using ReserveConnect.Database;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>A server that wants a password is given a token that was asked for, as Azure's is.</summary>
public sealed class ReserveDataSourceTests : IAsyncLifetime
{
    private readonly string _role = $"app_{Guid.CreateVersion7():N}";
    private TestDatabase? _database;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateEmptyAsync();
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.ExecuteAsync($"CREATE ROLE {_role} LOGIN PASSWORD 'token-1'");
    }

    public async Task DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(_database!.ConnectionString))
        {
            await connection.ExecuteAsync($"DROP ROLE {_role}");
        }

        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_token_is_asked_for_and_opens_the_connection()
    {
        var asked = 0;
        await using var source = ReserveDataSource.Build(Passwordless(), _ =>
        {
            asked++;
            return ValueTask.FromResult("token-1");
        });

        await using var connection = await source.OpenConnectionAsync();

        Assert.Equal(_role, await connection.ExecuteScalarAsync<string>("SELECT current_user"));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_token_that_cannot_be_had_is_the_failure_that_is_seen()
    {
        await using var source = ReserveDataSource.Build(Passwordless(), _ => throw new TimeoutException("no identity"));

        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await source.OpenConnectionAsync());

        Assert.Contains("no identity", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_without_identity_refuses_to_go_without_a_password() =>
        Assert.Contains(
            "no identity",
            Assert.Throws<InvalidOperationException>(() => ReserveDataSource.Build(Passwordless(), null)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_password_beside_a_token_is_refused()
    {
        var options = Passwordless();
        options.ConnectionString += ";Password=secret";

        var refusal = Assert.Throws<InvalidOperationException>(() => ReserveDataSource.Build(options, _ => ValueTask.FromResult("token-1")));

        Assert.Contains("has a password", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    private DatabaseOptions Passwordless() => new()
    {
        ConnectionString = new NpgsqlConnectionStringBuilder(_database!.ConnectionString) { Username = _role, Password = null }.ConnectionString,
        Passwordless = true,
    };
}
