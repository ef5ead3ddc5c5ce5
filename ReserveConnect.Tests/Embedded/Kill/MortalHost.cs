using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Embedded.Durable;
using ReserveConnect.Embedded.Durable.Journal;
using ReserveConnect.Embedded.Hosting;
using ReserveConnect.Functions;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Leaks;

namespace ReserveConnect.Tests.Embedded.Kill;

/// <summary>
/// The functions host as a process of its own that kills itself (SIGKILL) at its n-th commit, before or after it: commits
/// of the business and of the saga's journal count alike.
/// </summary>
internal static class MortalHost
{
    public const string Name = "mortal-host";

    /// <summary>What the process says once it answers.</summary>
    public const string Ready = "ready";

    /// <param name="args">The settings as JSON, then <c>before</c>, <c>after</c> or <c>never</c>, then the number of the commit.</param>
    public static async Task RunAsync(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Critical);
        builder.Logging.AddProvider(new ScannedLog());
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.AddInMemoryCollection(JsonSerializer.Deserialize<Dictionary<string, string?>>(args[0]));
        ReserveConnectApp.Configure(builder);
        builder.Services.AddFunctionAssembly(typeof(ReserveConnectApp).Assembly);
        var host = builder.Build();
        var strikeAfter = args[1] == "after";
        var left = int.Parse(args[2], CultureInfo.InvariantCulture);
        if (args[1] != "never")
        {
            host.Services.GetRequiredService<ReserveDatabase>().AtCommit = isAfter => StrikeIf(isAfter == strikeAfter && Interlocked.Decrement(ref left) == 0);
            host.Services.GetRequiredService<IOptions<DurableOptions>>().Value.AtCommit =
                (moment, _) => StrikeIf((moment == CommitMoment.After) == strikeAfter && Interlocked.Decrement(ref left) == 0);
        }

        await host.StartAsync();
        await Console.Out.WriteLineAsync(Ready);
        await host.WaitForShutdownAsync();
    }

    private static void StrikeIf(bool now)
    {
        if (now)
        {
            Process.GetCurrentProcess().Kill();
            new ManualResetEventSlim().Wait();
        }
    }
}
