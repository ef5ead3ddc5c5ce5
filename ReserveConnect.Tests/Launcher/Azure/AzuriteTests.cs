using System.Net;
using System.Net.Sockets;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Azure;
using ReserveConnect.Launcher.Processes;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher.Azure;

// Not beside the other tests that start an Azurite: all begin at its usual ports.
[Collection("azurite")]
[TakesLong]
public sealed class AzuriteTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly AzureRunOptions _options = new();

    private string Kept => Path.Combine(_scratch.Path, "azurite-ports.json");

    private string Data => Path.Combine(_scratch.Path, "data");

    [Fact]
    public async Task It_answers_with_its_pinned_version_stops_when_asked_and_keeps_its_data()
    {
        var ports = AzuritePorts.Choose(Kept);
        await using (var azurite = await StartAsync(ports))
        {
            await AzuriteChild.UntilReadyAsync(azurite, ports, _options.AzuritePatience, CancellationToken.None);
            foreach (var port in (int[])[ports.Blob, ports.Queue, ports.Table])
                Assert.False(FreePort.IsFree(port));

            await azurite.StopAsync();
            Assert.DoesNotContain(azurite.LastLines, line => line.StartsWith("launcher:", StringComparison.Ordinal));
        }

        Assert.Contains(Directory.EnumerateFiles(Data), file => Path.GetFileName(file) == "__azurite_db_blob__.json");
    }

    [Fact]
    public async Task A_port_taken_by_another_server_is_told_with_what_Azurite_said()
    {
        using var somebody = new TcpListener(IPAddress.Loopback, 0);
        somebody.Start();
        var ports = AzuritePorts.Choose(Kept) with { Blob = ((IPEndPoint)somebody.LocalEndpoint).Port };
        await using var azurite = await StartAsync(ports);

        var refused = await Assert.ThrowsAsync<LauncherException>(
            () => AzuriteChild.UntilReadyAsync(azurite, ports, _options.AzuritePatience, CancellationToken.None));

        Assert.Contains("azurite ended with exit code", refused.Message, StringComparison.Ordinal);
        Assert.Contains("EADDRINUSE", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_ports_stay_the_same_from_run_to_run_until_one_is_taken()
    {
        var first = AzuritePorts.Choose(Kept);
        Assert.Equal(first, AzuritePorts.Choose(Kept));
        using var somebody = new TcpListener(IPAddress.Loopback, first.Queue);
        somebody.Start();

        var next = AzuritePorts.Choose(Kept);

        Assert.NotEqual(first.Queue, next.Queue);
        Assert.Equal((first.Blob, first.Table), (next.Blob, next.Table));
    }

    [Fact]
    public void The_connection_string_names_the_three_endpoints_of_the_usual_account() =>
        Assert.EndsWith(
            "BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;QueueEndpoint=http://127.0.0.1:2/devstoreaccount1;TableEndpoint=http://127.0.0.1:3/devstoreaccount1;",
            new AzuritePorts(1, 2, 3).ConnectionString,
            StringComparison.Ordinal);

    public void Dispose() => _scratch.Dispose();

    private async Task<Child> StartAsync(AzuritePorts ports)
    {
        var script = await AzuritePackage.InstallAsync(_options, _ => { }, CancellationToken.None);
        return await Child.StartAsync(AzuriteChild.Spec(script, Data, ports, _options), Path.Combine(_scratch.Path, "logs"));
    }
}
