using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Tests.Embedded.Hosting;

/// <summary>A process of its own that starts a host on the given URL, with the console log it has by default.</summary>
internal static class ListenScenario
{
    public const string Name = "listen";

    public static async Task RunAsync(string[] args)
    {
        try
        {
            var builder = FunctionsApplication.CreateBuilder([]);
            builder.ConfigureFunctionsWebApplication();
            builder.Configuration["Reserve:Http:Url"] = args[0];
            builder.Services.AddFunctionTypes(typeof(Http.ResultTests.Answers));
            await builder.Build().RunAsync();
        }
        catch (StartRefusedException refusal)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            Environment.Exit(1);
        }
    }
}
