using ReserveConnect.Tests.Hosts;
using System.Net;
using System.Net.Sockets;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;
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
    public void A_port_asked_for_that_is_in_use_is_refused_by_its_number()
    {
        using var somebody = new TcpListener(IPAddress.Loopback, 0);
        somebody.Start();
        var port = ((IPEndPoint)somebody.LocalEndpoint).Port;

        var refused = Assert.Throws<LauncherException>(() => StackPorts.Choose(Kept, port));

        Assert.StartsWith($"port {port} is in use", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();
}
