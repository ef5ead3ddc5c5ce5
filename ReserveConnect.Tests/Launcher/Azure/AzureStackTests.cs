using System.Globalization;
using Npgsql;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Azure;
using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Launcher.Processes;
using ReserveConnect.Launcher.Running;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher.Azure;

[Collection("azurite")]
public sealed class AzureStackTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly ScratchFolder _scratch = new();
    private TestDatabase _database = null!;

    private string App => Path.Combine(_scratch.Path, "app");

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        Directory.CreateDirectory(App);
        File.Copy(Path.Combine(TestFolders.Root, "host.json"), Path.Combine(App, "host.json"));
    }

    [Fact]
    public async Task It_runs_func_start_in_the_app_beside_a_real_Azurite_and_stops_everything_in_order()
    {
        var func = new FuncStandIn(_scratch.Path);
        await using var launcher = await StartAsync(func);
        var ready = (await launcher.WaitForLineAsync(line => line.StartsWith("ready ", StringComparison.Ordinal), Patience)).Split(' ');
        var (functions, storage) = (new Uri(ready[1]), new Uri(ready[2]));

        var started = func.Read();
        Assert.Equal(["start", "--no-build", "--address", "127.0.0.1", "--port", functions.Port.ToString(CultureInfo.InvariantCulture)], started.Arguments);
        Assert.Equal(App, started.Folder);
        await AnswersAsync(new Uri(functions, "api/health/live"), storage);
        Settings(started.Environment, storage);

        Signals.Send(launcher.Id, StopSignal.Terminate);
        Assert.Equal(0, await launcher.Exited.WaitAsync(Patience));

        Assert.Equal(["ended functions", "ended azurite", "ended sandbox"], launcher.LastLines.Where(line => line.StartsWith("ended ", StringComparison.Ordinal)));
        Assert.All(ready[3..].Select(id => int.Parse(id, CultureInfo.InvariantCulture)).Append(started.Worker), id => Assert.False(IsRunning(id)));
    }

    [Fact]
    public void With_a_scheduler_and_a_bus_orchestrations_and_events_take_their_way_in_Azure()
    {
        var azure = new AzureRunOptions { Scheduler = "Endpoint=http://localhost:8080;Authentication=None", ServiceBus = "Endpoint=sb://localhost;" };

        var child = FuncChild.Spec(Options(), azure, new AzureParts("func", "azurite.js", App), new StackPorts(1, 2, 3, 4, 5), new AzuritePorts(6, 7, 8), new Dictionary<string, string?>());

        Assert.Equal(azure.Scheduler, child.Environment["DURABLE_TASK_SCHEDULER_CONNECTION_STRING"]);
        Assert.DoesNotContain(child.Environment.Keys, name => name.Contains("storageProvider", StringComparison.Ordinal));
        Assert.Equal(azure.ServiceBus, child.Environment["ServiceBus"]);
        Assert.Equal("false", child.Environment["Reserve__Events__DispatchInProcess"]);
        Assert.Equal("true", child.Environment["AzureWebJobs.dispatch_events.Disabled"]);
        Assert.DoesNotContain("AzureWebJobs.handle_event.Disabled", child.Environment.Keys);
    }

    [Fact]
    public async Task Without_the_Core_Tools_it_says_how_to_get_them_and_starts_nothing()
    {
        var options = Options() with { Azure = new AzureRunOptions { CoreTools = "no-such-func-anywhere" } };

        var refused = await Assert.ThrowsAsync<LauncherException>(() => Stack.StartAsync(options));

        Assert.Contains("no-such-func-anywhere) are missing", refused.Message, StringComparison.Ordinal);
        Assert.Contains("npm install -g azure-functions-core-tools@4", refused.Message, StringComparison.Ordinal);
        StartedNothing(options);
    }

    [Fact]
    public async Task Core_Tools_of_another_major_version_are_refused_by_their_version()
    {
        var func = new FuncStandIn(_scratch.Path, version: "3.0.4899");
        var options = Options() with { Azure = new AzureRunOptions { CoreTools = func.Program } };

        var refused = await Assert.ThrowsAsync<LauncherException>(() => Stack.StartAsync(options));

        Assert.Contains("is version 3.0.4899; version 4 is needed", refused.Message, StringComparison.Ordinal);
        StartedNothing(options);
    }

    [Fact]
    public async Task A_folder_that_is_no_published_app_is_refused()
    {
        var func = new FuncStandIn(_scratch.Path);
        var options = Options() with { Azure = new AzureRunOptions { CoreTools = func.Program, PublishedApp = _scratch.Path } };

        var refused = await Assert.ThrowsAsync<LauncherException>(() => Stack.StartAsync(options));

        Assert.Equal($"{_scratch.Path} is no published function app: it has no host.json", refused.Message);
        StartedNothing(options);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _scratch.Dispose();

    // No connection string: a stack that got further than its preparations would start a PostgreSQL of its own.
    private StackOptions Options() => StackScenario.Options(_scratch.Path, "") with { ConnectionString = null };

    private static void StartedNothing(StackOptions options)
    {
        Assert.False(Directory.Exists(Path.Combine(options.Folder, "postgres")));
        Assert.False(Directory.Exists(options.LogFolder));
    }

    private async Task<Child> StartAsync(FuncStandIn func) =>
        await Child.StartAsync(
            new ChildSpec("launcher", "dotnet", typeof(AzureStackScenario).Assembly.Location, AzureStackScenario.Name, _scratch.Path, _database.ConnectionString, App)
            {
                Environment = new Dictionary<string, string?> { ["PATH"] = $"{func.Folder}:{Environment.GetEnvironmentVariable("PATH")}" },
            },
            Path.Combine(_scratch.Path, "logs"));

    private static async Task AnswersAsync(Uri functions, Uri storage)
    {
        using var http = new HttpClient();
        using var live = await http.GetAsync(functions);
        Assert.True(live.IsSuccessStatusCode);
        using var blobs = await http.GetAsync(new Uri(storage, "devstoreaccount1?comp=list"));
        Assert.Equal($"Azurite-Blob/{AzuritePackage.PinnedVersion()}", blobs.Headers.Server.ToString());
    }

    private void Settings(Dictionary<string, string> environment, Uri storage)
    {
        Assert.Equal("dotnet-isolated", environment["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.Contains($"BlobEndpoint={storage}devstoreaccount1;", environment["AzureWebJobsStorage"], StringComparison.Ordinal);
        Assert.Equal(
            AppLogin.NameOf(new NpgsqlConnectionStringBuilder(_database.ConnectionString).Database!),
            new NpgsqlConnectionStringBuilder(environment["Reserve__Database__ConnectionString"]).Username);
        Assert.Equal("default", environment["TASKHUB_NAME"]);
        Assert.Equal("AzureStorage", environment["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"]);
        Assert.Equal("AzureWebJobsStorage", environment["AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionName"]);
        Assert.Equal("AzureWebJobsStorage", environment["AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName"]);
        Assert.Equal("true", environment["Reserve__Events__DispatchInProcess"]);
        Assert.Equal("true", environment["AzureWebJobs.handle_event.Disabled"]);
        Assert.DoesNotContain("AzureWebJobs.dispatch_events.Disabled", environment.Keys);
        Assert.DoesNotContain("Reserve__Http__Url", environment.Keys);
    }

    // A process that has ended and whom nobody has asked for its exit code still has its number.
    private static bool IsRunning(int processId) =>
        Signals.IsAlive(processId) && (!OperatingSystem.IsLinux() || File.ReadAllText($"/proc/{processId}/cmdline").Length > 0);
}
