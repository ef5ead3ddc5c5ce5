using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using ReserveConnect.Functions;

IHost host;
try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    ReserveConnectApp.Configure(builder);
    host = builder.Build();
    await host.StartAsync();
}
catch (Exception failure)
{
    // A missing setting, a port in use: whoever starts this needs the reason, not the stack.
    await Console.Error.WriteLineAsync($"Reserve Connect did not start: {failure.Message.ReplaceLineEndings(" ")}");
    return 1;
}

await using var running = (IAsyncDisposable)host;
await host.WaitForShutdownAsync();
return 0;
