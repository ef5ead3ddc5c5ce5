using System.Diagnostics;
using Npgsql;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    private PostgresOptions Options => new(Path.Combine(_scratch.Path, "postgres")) { Say = _ => { } };

    [Fact]
    public async Task A_restart_keeps_the_data_the_port_and_the_password()
    {
        string first;
        await using (var server = await EmbeddedPostgres.StartAsync(Options))
        {
            first = server.ConnectionString;
            await Sql.RunAsync(first, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");
        }

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Sql.RunAsync(first, "SELECT 1"));

        await using var again = await EmbeddedPostgres.StartAsync(Options);
        Assert.Equal(first, again.ConnectionString);
        Assert.Equal(7, await Sql.ScalarAsync<int>(again.ConnectionString, "SELECT id FROM kept"));
    }

    [Fact]
    public async Task A_server_that_was_killed_recovers_what_it_had_committed()
    {
        await using (var server = await EmbeddedPostgres.StartAsync(Options))
        {
            await Sql.RunAsync(server.ConnectionString, "CREATE TABLE kept (id int); INSERT INTO kept SELECT generate_series(1, 1000)");
            using var postmaster = Process.GetProcessById(server.ProcessId);
            postmaster.Kill();
            await postmaster.WaitForExitAsync();
        }

        await using var again = await EmbeddedPostgres.StartAsync(Options);
        Assert.Equal(1000L, await Sql.ScalarAsync<long>(again.ConnectionString, "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task A_second_start_on_a_folder_in_use_names_the_folder_and_the_process()
    {
        await using var server = await EmbeddedPostgres.StartAsync(Options);

        var refused = await Assert.ThrowsAsync<DataFolderInUseException>(() => EmbeddedPostgres.StartAsync(Options));

        Assert.Contains(server.DataFolder, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(server.ConnectionString, await EmbeddedPostgres.FindRunningAsync(Options));
    }

    [Fact]
    public async Task The_settings_that_money_depends_on_are_in_force()
    {
        await using var server = await EmbeddedPostgres.StartAsync(Options);

        foreach (var (name, expected) in ((string, string)[])
            [("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on"), ("data_checksums", "on"),
             ("server_encoding", "UTF8"), ("listen_addresses", "127.0.0.1"), ("max_connections", "200")])
            Assert.Equal(expected, await Sql.ScalarAsync<string>(server.ConnectionString, $"SHOW {name}"));
        Assert.Equal("C.UTF-8", await Sql.ScalarAsync<string>(server.ConnectionString, "SELECT datlocale FROM pg_database WHERE datname = 'template1'"));
    }

    [Fact]
    public async Task Only_the_password_opens_it_and_only_the_owner_can_read_the_password()
    {
        await using var server = await EmbeddedPostgres.StartAsync(Options);

        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "wrong", Pooling = false };
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Sql.RunAsync(wrong.ConnectionString, "SELECT 1"));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.DataFolder, "password")));
    }

    [Fact]
    public async Task A_left_over_process_number_that_belongs_to_somebody_else_does_not_stop_the_start()
    {
        await using (var server = await EmbeddedPostgres.StartAsync(Options))
        {
        }

        var left = Path.Combine(Options.DataFolder, "cluster", "postmaster.pid");
        await File.WriteAllTextAsync(left, $"{Environment.ProcessId}\n{Options.DataFolder}/cluster\n0\n5432\n\n127.0.0.1\n");

        await using var again = await EmbeddedPostgres.StartAsync(Options);
        await Sql.RunAsync(again.ConnectionString, "SELECT 1");
    }

    [Fact]
    public async Task An_initdb_that_was_cut_off_starts_over()
    {
        Directory.CreateDirectory(Path.Combine(Options.DataFolder, "cluster.unfinished", "base"));
        await File.WriteAllTextAsync(Path.Combine(Options.DataFolder, "cluster.unfinished", "PG_VERSION"), "18\n");

        await using var server = await EmbeddedPostgres.StartAsync(Options);
        await Sql.RunAsync(server.ConnectionString, "SELECT 1");
    }

    public void Dispose() => _scratch.Dispose();
}
