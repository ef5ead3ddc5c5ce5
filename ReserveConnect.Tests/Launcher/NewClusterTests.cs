using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Launcher.Running;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

/// <summary>A cluster that has never seen this product: its roles are made, by whoever may.</summary>
public sealed class NewClusterTests : IAsyncLifetime, IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private EmbeddedPostgres _server = null!;

    public async Task InitializeAsync() => _server = await EmbeddedPostgres.StartAsync(
        new PostgresOptions(Path.Combine(_scratch.Path, "postgres")) { Settings = PostgresSettings.ForTests, Say = _ => { } });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Migrations_say_that_the_roles_are_missing()
    {
        var refused = await Assert.ThrowsAsync<MigrationException>(() => Migrations.ApplyAsync(_server.ConnectionString, CancellationToken.None));
        Assert.Contains("reserve_service", refused.Message, StringComparison.Ordinal);
        Assert.Contains("./reserve migrate", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Databases_that_make_the_roles_at_once_do_not_collide()
    {
        string[] databases = ["one", "two", "three", "four", "five", "six"];
        foreach (var name in databases)
            await Sql.RunAsync(_server.ConnectionString, $"CREATE DATABASE {name}");

        await Task.WhenAll(databases.Select(async name =>
        {
            await DatabaseRoles.EnsureAsync(On(name), null, CancellationToken.None);
            await Migrations.ApplyAsync(On(name), CancellationToken.None);
            await AppLogin.PrepareAsync(On(name), "secret", CancellationToken.None);
        }));

        Assert.Equal(5L, await Sql.ScalarAsync<long>(_server.ConnectionString, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'reserve\\_%' AND NOT rolcanlogin"));
    }

    // As on a server of Azure: whoever deploys may make roles and is no superuser, and the tables belong to a role that
    // all who deploy are members of.
    [Fact]
    public async Task An_administrator_who_is_no_superuser_deploys_and_so_does_the_next_one()
    {
        await Sql.RunAsync(
            _server.ConnectionString,
            """
            CREATE ROLE common NOLOGIN;
            CREATE ROLE ana LOGIN CREATEROLE PASSWORD 'secret' IN ROLE common;
            CREATE ROLE bia LOGIN CREATEROLE PASSWORD 'secret' IN ROLE common;
            CREATE ROLE "id-app" LOGIN PASSWORD 'secret';
            CREATE ROLE "id-next" LOGIN PASSWORD 'secret';
            """);
        await Sql.RunAsync(_server.ConnectionString, "CREATE DATABASE product OWNER common");

        Assert.Equal(0, await MigrateAsync(As("ana", "product"), "--owner", "common", "--role", "id-app"));
        Assert.Equal(0, await MigrateAsync(As("bia", "product"), "--owner", "common", "--role", "id-next"));

        foreach (var login in (string[])["id-app", "id-next"])
        {
            Assert.Equal(1L, await Sql.ScalarAsync<long>(As(login, "product"), "SET ROLE reserve_service; SELECT count(*) FROM reserve.cities"));
            var refused = await Assert.ThrowsAsync<PostgresException>(() => Sql.ScalarAsync<long>(As(login, "product"), "SELECT count(*) FROM reserve.cities"));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }

        // What a later migration changes, it sees.
        Assert.Equal(1L, await Sql.ScalarAsync<long>(As("bia", "product"), "SET ROLE common; WITH changed AS (UPDATE reserve.cities SET name = name RETURNING 1) SELECT count(*) FROM changed"));
    }

    [Fact]
    public async Task A_stack_on_a_server_of_an_operator_needs_no_superuser()
    {
        await Sql.RunAsync(_server.ConnectionString, "CREATE ROLE operator LOGIN CREATEROLE PASSWORD 'secret'");
        await Sql.RunAsync(_server.ConnectionString, "CREATE DATABASE theirs OWNER operator");

        await using var stack = await Stack.StartAsync(StackScenario.Options(_scratch.Path, As("operator", "theirs")) with { LoadCities = false });

        Assert.Equal("theirs_app", new NpgsqlConnectionStringBuilder(stack.FunctionsConnectionString).Username);
        Assert.Equal("theirs_app", await Sql.ScalarAsync<string>(On("theirs"), "SELECT tableowner FROM pg_tables WHERE schemaname = 'durable' AND tablename = 'instances'"));
    }

    [Fact]
    public async Task Who_may_not_make_roles_is_told()
    {
        await Sql.RunAsync(_server.ConnectionString, "CREATE ROLE operator LOGIN PASSWORD 'secret'");
        await Sql.RunAsync(_server.ConnectionString, "CREATE DATABASE theirs OWNER operator");

        var refused = await Assert.ThrowsAsync<MigrationException>(
            () => Stack.StartAsync(StackScenario.Options(_scratch.Path, As("operator", "theirs")) with { LoadCities = false }));
        Assert.Contains("'operator' may not make or grant the roles", refused.Message, StringComparison.Ordinal);
        Assert.Contains("CREATEROLE", refused.Message, StringComparison.Ordinal);

        // Where the roles are there already, it is the login that cannot be made.
        await DatabaseRoles.EnsureAsync(_server.ConnectionString, "operator", CancellationToken.None);
        var told = await Assert.ThrowsAsync<LauncherException>(
            () => Stack.StartAsync(StackScenario.Options(_scratch.Path, As("operator", "theirs")) with { LoadCities = false }));
        Assert.Contains("may not make the login", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_from_whom_rows_would_be_hidden_does_not_migrate()
    {
        await DatabaseRoles.EnsureAsync(_server.ConnectionString, null, CancellationToken.None);
        await Sql.RunAsync(_server.ConnectionString, "CREATE ROLE stranger LOGIN PASSWORD 'secret'");
        await Sql.RunAsync(_server.ConnectionString, "CREATE DATABASE theirs OWNER stranger");

        var refused = await Assert.ThrowsAsync<MigrationException>(() => Migrations.ApplyAsync(As("stranger", "theirs"), CancellationToken.None));

        Assert.Contains("'stranger' is no member of reserve_service", refused.Message, StringComparison.Ordinal);
    }

    private static Task<int> MigrateAsync(string connectionString, params string[] arguments) =>
        MigrateCommand.RunAsync(new CommandLine(arguments), connectionString, TextWriter.Null, CancellationToken.None);

    private string On(string database) => new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = database, Pooling = false }.ConnectionString;

    private string As(string role, string database) =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Username = role, Password = "secret", Database = database, Pooling = false }.ConnectionString;
}
