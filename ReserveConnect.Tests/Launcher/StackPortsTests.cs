using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

public sealed class StackPortsTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    private string Kept => Path.Combine(_scratch.Path, "ports.json");

    [Fact]
    public void Ports_stay_the_same_from_run_to_run()
    {
        var first = StackPorts.Choose(Kept, functions: null);
        Assert.Equal(first, StackPorts.Choose(Kept, functions: null));
    }

    [Fact]
    public void A_kept_port_that_somebody_else_took_is_replaced()
    {
        var first = StackPorts.Choose(Kept, functions: null);
        using var somebody = new TcpListener(IPAddress.Loopback, first.Stripe);
        somebody.Start();

        var next = StackPorts.Choose(Kept, functions: null);

        Assert.NotEqual(first.Stripe, next.Stripe);
        Assert.Equal(first.Functions, next.Functions);
    }

    [Fact]
    public void No_two_servers_get_one_port_whatever_was_kept_and_asked_for()
    {
        var kept = StackPorts.Choose(Kept, functions: null);

        var next = StackPorts.Choose(Kept, functions: kept.HostConnect);

        Assert.Equal(kept.HostConnect, next.Functions);
        int[] ports = [next.Functions, next.HostConnect, next.Stripe, next.MercadoPago, next.SendGrid];
        Assert.Equal(ports.Length, ports.Distinct().Count());
    }

    [Fact]
    public void A_data_folder_of_before_a_server_gets_its_port_and_key()
    {
        var first = StackPorts.Choose(Kept, functions: null);
        File.WriteAllText(Kept, Without(File.ReadAllText(Kept), nameof(StackPorts.SendGrid)));
        var next = StackPorts.Choose(Kept, functions: null);
        Assert.InRange(next.SendGrid, 1, 65535);
        Assert.Equal(first, next with { SendGrid = first.SendGrid });

        var file = Path.Combine(_scratch.Path, "secrets.json");
        var secrets = StackSecrets.LoadOrCreate(file);
        File.WriteAllText(file, Without(File.ReadAllText(file), nameof(StackSecrets.SendGridApiKey)));
        var added = StackSecrets.LoadOrCreate(file);
        Assert.StartsWith("SG.", added.SendGridApiKey, StringComparison.Ordinal);
        Assert.Equal(secrets, added with { SendGridApiKey = secrets.SendGridApiKey });
        Assert.Equal(added, StackSecrets.LoadOrCreate(file));
    }

    [Fact]
    public void A_port_asked_for_that_is_in_use_is_refused_by_its_number()
    {
        using var somebody = new TcpListener(IPAddress.Loopback, 0);
        somebody.Start();
        var port = ((IPEndPoint)somebody.LocalEndpoint).Port;

        var refused = Assert.Throws<LauncherException>(() => StackPorts.Choose(Kept, port));

        Assert.StartsWith($"port {port} is in use", refused.Message, StringComparison.Ordinal);
    }

    private static string Without(string json, string member)
    {
        var kept = JsonNode.Parse(json)!.AsObject();
        Assert.True(kept.Remove(member));
        return kept.ToJsonString();
    }

    public void Dispose() => _scratch.Dispose();
}
