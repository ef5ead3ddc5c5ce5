using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Launcher.Processes;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

/// <summary>The server under a launcher that is a process of its own.</summary>
public sealed class EmbeddedPostgresProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ScratchFolder _scratch = new();

    private string Data => Path.Combine(_scratch.Path, "postgres");

    [Fact]
    public async Task A_killed_launcher_takes_its_server_along_and_the_next_start_finds_what_was_committed()
    {
        await using (var launcher = await StartLauncherAsync(typeof(PostgresScenario).Assembly.Location, Account.Own))
        {
            var connectionString = await ReadyAsync(launcher);
            await Sql.RunAsync(connectionString, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");
            Signals.Send(launcher.Id, StopSignal.Kill);
            await launcher.Exited;
        }

        if (OperatingSystem.IsLinux())
            await EndOfServerAsync();
        await using var next = await EmbeddedPostgres.StartAsync(new PostgresOptions(Data));
        Assert.Equal(7, await Sql.ScalarAsync<int>(next.ConnectionString, "SELECT id FROM kept"));
    }

    [Fact]
    public async Task It_runs_under_an_ordinary_user_too()
    {
        // Root starts the launcher as nobody, on a copy of the checkout that nobody can read.
        var (assembly, account) = Environment.IsPrivilegedProcess
            ? (await CheckoutCopy.MakeAsync(Path.Combine(_scratch.Path, "checkout")), new Account(Account.UnprivilegedUser))
            : (typeof(PostgresScenario).Assembly.Location, Account.Own);
        if (account.UserName is { } user)
        {
            Directory.CreateDirectory(Data);
            await Tool.RequireAsync(new ChildSpec("chown", "chown", $"{user}:", Data), Patience);
        }

        for (var start = 1; start <= 2; start++)
        {
            await using var launcher = await StartLauncherAsync(assembly, account);
            var connectionString = await ReadyAsync(launcher);
            await Sql.RunAsync(connectionString, "CREATE TABLE IF NOT EXISTS starts (id int GENERATED ALWAYS AS IDENTITY); INSERT INTO starts DEFAULT VALUES");
            Assert.Equal((long)start, await Sql.ScalarAsync<long>(connectionString, "SELECT count(*) FROM starts"));
            await launcher.StopAsync();
            Assert.Equal(0, await launcher.Exited);
        }
    }

    [Fact]
    public async Task Root_never_runs_the_server_as_root()
    {
        await using var server = await EmbeddedPostgres.StartAsync(new PostgresOptions(Data));

        var owner = (await Tool.RequireAsync(new ChildSpec("stat", "stat", "-c", "%U", $"/proc/{server.ProcessId}"), Patience)).Trim();

        Assert.Equal(Environment.IsPrivilegedProcess ? Account.UnprivilegedUser : Environment.UserName, owner);
    }

    public void Dispose() => _scratch.Dispose();

    private Task<Child> StartLauncherAsync(string assembly, Account account) =>
        Child.StartAsync(
            new ChildSpec("launcher", "dotnet", assembly, PostgresScenario.Name, Data)
            {
                Account = account,
                Environment = new Dictionary<string, string?> { ["HOME"] = _scratch.Path, ["TMPDIR"] = Path.GetTempPath() },
            },
            _scratch.Path);

    private async Task EndOfServerAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (new PostgresFolder(Data).RunningServer() is not null)
            await Task.Delay(20, patience.Token);
    }

    private static async Task<string> ReadyAsync(Child launcher) =>
        (await launcher.WaitForLineAsync(line => line.StartsWith("ready ", StringComparison.Ordinal), Patience))["ready ".Length..];
}
