using Microsoft.Extensions.Configuration;
using ReserveConnect.Sandbox;

var configuration = new ConfigurationBuilder()
    .AddEnvironmentVariables()
    .AddCommandLine(args)
    .Build();
var options = configuration.GetSection("Sandbox").Get<SandboxOptions>() ?? new SandboxOptions();
await using var servers = await SandboxServers.StartAsync(options);
Console.WriteLine($"ready HostConnect={servers.HostConnect} Stripe={servers.Stripe} MercadoPago={servers.MercadoPago}");
return 0;
