using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using ReserveConnect.Sandbox;

// Keys of the configuration: see SandboxOptions. Environment first, arguments win: --Sandbox:Stripe:Url=http://127.0.0.1:7082
var configuration = new ConfigurationBuilder()
    .AddEnvironmentVariables()
    .AddCommandLine(args)
    .Build();

try
{
    var options = configuration.GetSection("Sandbox").Get<SandboxOptions>() ?? new SandboxOptions();
    var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    await using var servers = await SandboxServers.StartAsync(options);
    await Console.Out.WriteLineAsync(
        $"ready HostConnect={servers.HostConnect} Stripe={servers.Stripe} MercadoPago={servers.MercadoPago} SendGrid={servers.SendGrid}");
    await stop.Task;
    return 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.TrySetResult();
    }
}
catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or TimeZoneNotFoundException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"The sandbox cannot start: {e.Message}");
    return 1;
}
