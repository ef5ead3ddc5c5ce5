using Microsoft.Extensions.Configuration;
using Npgsql;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

public sealed class AdminCommandTests : IAsyncLifetime
{
    private const string Password = "quarenta-e-duas girafas";

    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task The_first_admin_gets_a_link_that_sets_the_password()
    {
        var (exitCode, said) = await RunAsync("create --email chefe@example.com");

        Assert.Equal(0, exitCode);
        Assert.Matches("https://reserve\\.example/accept-invitation#token=[A-Za-z0-9_-]{64}\n", said);
        Assert.Equal("admin invited", await AccountAsync("chefe@example.com"));
    }

    [Fact]
    public async Task A_password_can_be_read_instead()
    {
        Assert.Equal(0, (await RunAsync("create --email chefe@example.com --password-stdin", Password)).ExitCode);

        Assert.Equal("admin active", await AccountAsync("chefe@example.com"));
    }

    [Fact]
    public async Task It_works_with_the_apps_own_login_too()
    {
        Assert.Equal(0, (await RunAsync("create --email chefe@example.com", connectionString: _database.AppConnectionString)).ExitCode);

        Assert.Equal("admin invited", await AccountAsync("chefe@example.com"));
    }

    [Fact]
    public async Task A_further_admin_is_made_by_an_admin_or_when_it_is_asked_for()
    {
        await RunAsync("create --email chefe@example.com --password-stdin", Password);

        var (exitCode, said) = await RunAsync("create --email outro@example.com");
        Assert.Equal(1, exitCode);
        Assert.Contains("--another", said, StringComparison.Ordinal);
        Assert.Null(await AccountAsync("outro@example.com"));
        Assert.Equal(0, (await RunAsync("create --email outro@example.com --another")).ExitCode);
    }

    [Fact]
    public async Task Asked_again_before_the_link_was_used_the_one_before_is_void()
    {
        await RunAsync("create --email chefe@example.com");
        await RunAsync("create --email chefe@example.com");

        Assert.Equal(1L, await ScalarAsync("SELECT count(*) FROM reserve.one_time_tokens WHERE revoked_at IS NULL"));
    }

    [Theory]
    [InlineData("create --email chefe@example.com --password-stdin", "password123")]
    [InlineData("create --email chefe", null)]
    public async Task What_cannot_be_taken_is_said_and_nothing_is_made(string arguments, string? input)
    {
        var (exitCode, said) = await RunAsync(arguments, input);

        Assert.Equal(1, exitCode);
        Assert.NotEmpty(said);
        Assert.Equal(0L, await ScalarAsync("SELECT count(*) FROM reserve.accounts"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("remove")]
    [InlineData("create")]
    [InlineData("create --email a@example.com --role guest")]
    public async Task What_is_not_understood_is_a_mistake(string arguments) => await Assert.ThrowsAsync<UsageException>(() => RunAsync(arguments));

    [Fact]
    public async Task Without_the_keys_of_the_functions_nothing_is_made() =>
        Assert.Contains(
            "Reserve:Accounts:SecretKeys",
            (await Assert.ThrowsAsync<LauncherException>(() => RunAsync("create --email chefe@example.com", settings: new ConfigurationBuilder().Build()))).Message,
            StringComparison.Ordinal);

    private async Task<(int ExitCode, string Said)> RunAsync(string arguments, string? input = null, IConfiguration? settings = null, string? connectionString = null)
    {
        await using var said = new StringWriter();
        var exitCode = await AdminCommand.RunAsync(
            new CommandLine(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            connectionString ?? _database.ConnectionString,
            settings ?? new ConfigurationBuilder().AddInMemoryCollection(
            [
                new("Reserve:Accounts:SecretKeys", "k:" + Convert.ToBase64String(new byte[32])),
                new("Reserve:Accounts:PublicUrl", "https://reserve.example"),
            ]).Build(),
            new StringReader(input ?? ""),
            said,
            CancellationToken.None);
        return (exitCode, said.ToString());
    }

    private async Task<string?> AccountAsync(string email) => await ScalarAsync("SELECT role || ' ' || status FROM reserve.accounts WHERE email = $1", email) as string;

    private async Task<object?> ScalarAsync(string sql, params string[] values)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync();
    }
}
