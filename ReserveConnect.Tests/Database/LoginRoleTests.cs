using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>The app works with a login that row-level security binds, and with no other.</summary>
public sealed class LoginRoleTests : IAsyncLifetime
{
    private const string Remedy = "./reserve migrate --role";

    private readonly string _role = $"test_login_{Guid.CreateVersion7():N}";
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync()
    {
        await Sql.RunAsync(_database.ConnectionString, $"DROP ROLE IF EXISTS {_role}");
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_login_that_a_stack_makes_is_accepted() => await CheckAsync(_database.AppConnectionString);

    [Fact]
    public async Task A_superuser_is_refused() => Assert.Contains("superuser", await RefusalAsync(_database.ConnectionString), StringComparison.Ordinal);

    [Fact]
    public async Task A_login_that_bypasses_row_level_security_is_refused() =>
        Assert.Contains("BYPASSRLS", await RefusalAsync(await LoginAsync("BYPASSRLS NOINHERIT", All)), StringComparison.Ordinal);

    [Fact]
    public async Task A_login_that_is_no_member_is_refused() =>
        Assert.Contains("cannot work as the app", await RefusalAsync(await LoginAsync("NOINHERIT", "")), StringComparison.Ordinal);

    [Fact]
    public async Task A_login_that_cannot_read_for_every_caller_is_refused() =>
        Assert.Contains(
            "may not become reserve_owner, reserve_guest",
            await RefusalAsync(await LoginAsync("NOINHERIT", "reserve_service, reserve_staff, reserve_anonymous")),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_login_with_the_services_rights_of_its_own_is_refused() =>
        Assert.Contains("inherits", await RefusalAsync(await LoginAsync("INHERIT", All)), StringComparison.Ordinal);

    [Fact]
    public async Task Callers_are_not_read_for_by_a_superuser_either()
    {
        await using var pools = DatabasePools.Build(new() { ConnectionString = _database.ConnectionString }, null);
        await Assert.ThrowsAsync<LoginRoleException>(() => Open(pools, _database.ConnectionString).ReadAsync(
            ReserveConnect.Accounts.Actor.Anonymous, _ => Task.FromResult(0), CancellationToken.None));
    }

    [Fact]
    public async Task A_database_that_does_not_answer_yet_is_no_reason_not_to_start() =>
        await CheckAsync("Host=127.0.0.1;Port=1;Username=app;Database=reserve;Timeout=1");

    [Fact]
    public async Task The_app_does_not_start_as_a_superuser()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        ReserveConnect.Functions.ReserveConnectApp.Configure(builder);
        // Before the loops that work on the database by themselves.
        Assert.Equal(
            typeof(LoginRoleCheck),
            builder.Services.First(service => service.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService)
                && service.ImplementationType?.Assembly == typeof(LoginRoleCheck).Assembly).ImplementationType);
        var refused = await Assert.ThrowsAsync<LoginRoleException>(() => CheckAsync(_database.ConnectionString));
        Assert.DoesNotContain("Host=", refused.Message, StringComparison.Ordinal);
    }

    private static string All => string.Join(", ", DatabaseRoles.All);

    private async Task<string> LoginAsync(string attributes, string roles)
    {
        var password = $"{Guid.CreateVersion7():N}";
        await Sql.RunAsync(
            _database.ConnectionString,
            $"CREATE ROLE {_role} LOGIN PASSWORD '{password}' {attributes}; {(roles.Length == 0 ? "" : $"GRANT {roles} TO {_role}")}");
        return new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = _role, Password = password }.ConnectionString;
    }

    private static async Task<string> RefusalAsync(string connectionString)
    {
        var refused = await Assert.ThrowsAsync<LoginRoleException>(() => CheckAsync(connectionString));
        Assert.Contains(Remedy, refused.Message, StringComparison.Ordinal);
        return refused.Message;
    }

    private static async Task CheckAsync(string connectionString)
    {
        await using var pools = DatabasePools.Build(new() { ConnectionString = connectionString }, null);
        await new LoginRoleCheck(Open(pools, connectionString), NullLogger<LoginRoleCheck>.Instance).StartAsync(CancellationToken.None);
    }

    private static ReserveDatabase Open(DatabasePools pools, string connectionString) =>
        new(pools, new EventBell(), Options.Create(new DatabaseOptions { ConnectionString = connectionString }));
}
