using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Processes;
using ReserveConnect.Launcher.Running;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

[TakesLong]
public sealed class StackTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ScratchFolder _scratch = new();
    private TestDatabase _database = null!;

    private StackOptions Options => StackScenario.Options(_scratch.Path, _database.ConnectionString);

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    [Fact]
    public async Task It_stops_the_functions_before_the_sandbox_and_keeps_data_addresses_and_secrets_for_the_next_start()
    {
        var ended = new List<string>();
        var first = await Stack.StartAsync(Options);
        await using (first)
        {
            foreach (var child in first.Children)
                _ = child.Exited.ContinueWith(_ => ended.Add(child.Name), TaskContinuationOptions.ExecuteSynchronously);
            Assert.NotEqual(0L, await NightsAsync());
        }

        Assert.Equal(["functions", "sandbox"], ended);

        await using var second = await Stack.StartAsync(Options);
        Assert.Equal((first.Functions, first.Stripe, first.Secrets), (second.Functions, second.Stripe, second.Secrets));
        Assert.NotEqual(0L, await NightsAsync());
    }

    [Fact]
    public async Task A_child_that_dies_is_named_with_its_exit_code()
    {
        await using var stack = await Stack.StartAsync(Options with { LoadCities = false });

        Signals.Send(stack.FunctionsProcessId, StopSignal.Kill);
        var child = await stack.FirstEnd.WaitAsync(Patience);

        Assert.Equal("functions", child.Name);
        Assert.Equal(128 + (int)StopSignal.Kill, await child.Exited);
    }

    [Fact]
    public async Task A_child_that_dies_under_the_load_of_a_city_is_told_instead_of_what_its_absence_broke()
    {
        await using var stack = await Stack.StartAsync(Options with { LoadCities = false });

        var load = stack.LoadCitiesAsync();
        Signals.Send(stack.FunctionsProcessId, StopSignal.Kill);
        var failure = await Assert.ThrowsAsync<LauncherException>(() => load.WaitAsync(Patience));

        Assert.StartsWith("functions ended with exit code 137", failure.Message, StringComparison.Ordinal);
    }

    // What a run of before left: tables of the embedded host that belong to whoever started it, and secrets without a password.
    [Fact]
    public async Task The_functions_work_as_a_login_with_nothing_of_its_own_also_on_data_of_before()
    {
        await Sql.RunAsync(_database.ConnectionString, "ALTER SCHEMA durable OWNER TO CURRENT_USER; CREATE TABLE durable.timer_status (name text PRIMARY KEY, last_run timestamptz, updated_at timestamptz NOT NULL)");
        var secrets = Path.Combine(Options.Folder, "secrets.json");
        Directory.CreateDirectory(Options.Folder);
        var before = JsonSerializer.SerializeToNode(StackSecrets.LoadOrCreate(secrets))!.AsObject();
        before.Remove(nameof(StackSecrets.DatabasePassword));
        await File.WriteAllTextAsync(secrets, before.ToJsonString());

        await using var stack = await Stack.StartAsync(Options with { LoadCities = false });

        var login = new NpgsqlConnectionStringBuilder(stack.FunctionsConnectionString);
        Assert.Equal(login.Password, stack.Secrets.DatabasePassword);
        Assert.Equal(before["StripeSecretKey"]!.GetValue<string>(), stack.Secrets.StripeSecretKey);
        // Its host lock is the embedded engine's own connection.
        Assert.Equal(
            login.Username,
            await Sql.ScalarAsync<string>(
                _database.ConnectionString,
                "SELECT string_agg(DISTINCT usename, ', ') FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'reserve-connect durable %'"));
        Assert.Equal(
            $"{login.Username}, {login.Username}",
            await Sql.ScalarAsync<string>(
                _database.ConnectionString, "SELECT string_agg(tableowner, ', ') FROM pg_tables WHERE schemaname = 'durable' AND tablename IN ('timer_status', 'instances')"));
        if (OperatingSystem.IsLinux())
        {
            var environment = await File.ReadAllTextAsync($"/proc/{stack.FunctionsProcessId}/environ");
            Assert.Contains(stack.FunctionsConnectionString, environment, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_fresh_stack_takes_its_database_and_its_login_away_again()
    {
        string login;
        await using (var stack = await Stack.StartAsync(Options with { LoadCities = false, Fresh = true }))
            login = new NpgsqlConnectionStringBuilder(stack.FunctionsConnectionString).Username!;

        Assert.Equal(0L, await Sql.ScalarAsync<long>(_database.ConnectionString, $"SELECT count(*) FROM pg_roles WHERE rolname = '{login}'"));
        Assert.Equal(0L, await Sql.ScalarAsync<long>(_database.ConnectionString, $"SELECT count(*) FROM pg_database WHERE datname || '_app' = '{login}'"));
    }

    [Fact]
    public async Task A_second_stack_on_the_same_folder_is_refused()
    {
        await using var stack = await Stack.StartAsync(Options with { LoadCities = false });

        var refused = await Assert.ThrowsAsync<DataFolderInUseException>(() => Stack.StartAsync(Options));

        Assert.Contains(_scratch.Path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_between_its_choice_and_its_use_is_chosen_again()
    {
        var options = Options with { LoadCities = false };
        using var thief = new CancellationTokenSource(Patience);
        var theft = TakeStripesPortAsync(Path.Combine(options.Folder, "ports.json"), thief.Token);

        await using var stack = await Stack.StartAsync(options);

        using var stolen = await theft;
        Assert.NotEqual(((IPEndPoint)stolen.LocalEndpoint).Port, stack.Stripe.Port);
        Assert.All(stack.Children, child => Assert.False(child.Exited.IsCompleted));
    }

    [Fact]
    public async Task A_killed_launcher_leaves_no_child_behind()
    {
        await using var launcher = await Child.StartAsync(
            new ChildSpec("launcher", "dotnet", typeof(StackScenario).Assembly.Location, StackScenario.Name, _scratch.Path, _database.ConnectionString),
            Path.Combine(_scratch.Path, "logs"));
        var ready = await launcher.WaitForLineAsync(line => line.StartsWith("ready ", StringComparison.Ordinal), Patience);

        Signals.Send(launcher.Id, StopSignal.Kill);
        await launcher.Exited;

        using var limit = new CancellationTokenSource(Patience);
        foreach (var child in ready.Split(' ')[1..].Select(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)))
        {
            while (IsRunning(child))
                await Task.Delay(50, limit.Token);
        }
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _scratch.Dispose();

    private Task<long> NightsAsync() => Sql.ScalarAsync<long>(_database.ConnectionString, "SELECT count(*) FROM reserve.availability_calendar");

    // The database is prepared between the choice of the ports and the start of the servers: time enough.
    private static async Task<TcpListener> TakeStripesPortAsync(string file, CancellationToken cancellation)
    {
        while (!File.Exists(file) || new FileInfo(file).Length == 0)
            await Task.Delay(1, cancellation);
        var ports = JsonSerializer.Deserialize<StackPorts>(await File.ReadAllTextAsync(file, cancellation))!;
        var listener = new TcpListener(IPAddress.Loopback, ports.Stripe);
        listener.Start();
        return listener;
    }

    // A process that has ended and whom nobody has asked for its exit code still has its number.
    private static bool IsRunning(int processId) =>
        Signals.IsAlive(processId) && (!OperatingSystem.IsLinux() || File.ReadAllText($"/proc/{processId}/cmdline").Length > 0);
}
