using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Hosting;
using ReserveConnect.Embedded.Http;

namespace ReserveConnect.Tests.Embedded.Http;

/// <summary>A process of its own with <see cref="BoundedFunctions"/>, whose memory a test can look at.</summary>
internal static class BoundedScenario
{
    public const string Name = "bounded";

    /// <param name="args">Settings, <c>name=value</c>.</param>
    public static async Task RunAsync(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration["Reserve:Http:Url"] = "http://127.0.0.1:0";
        foreach (var setting in args)
        {
            var (name, value) = (setting[..setting.IndexOf('=', StringComparison.Ordinal)], setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            builder.Configuration[name] = value;
        }

        builder.Services.AddFunctionTypes(typeof(BoundedFunctions));
        BoundedFunctions.Configure(builder);
        var host = builder.Build();
        await host.StartAsync();
        await Console.Out.WriteLineAsync(host.Services.GetRequiredService<EmbeddedHttpServer>().Address.ToString());
        await host.WaitForShutdownAsync();
    }
}
