using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>What an application has before its own code adds to it.</summary>
internal static class ApplicationDefaults
{
    /// <summary>How long all hosted services together may take to stop; each has a shorter bound of its own.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(60);

    public static WebApplicationBuilder CreateBuilder(string[]? args)
    {
        // The empty builder, because the usual ones watch files: a watch per host uses up the machine's allowance in tests.
        var web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = Assembly.GetEntryAssembly()?.GetName().Name ?? "functions",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT")
                ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
                ?? Environments.Production,
        });
        web.Configuration
            .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
            .AddJsonFile($"appsettings.{web.Environment.EnvironmentName}.json", optional: true, reloadOnChange: false);
        AddSurroundings(web, args);
        web.Host.UseDefaultServiceProvider(options =>
        {
            options.ValidateOnBuild = true;
            options.ValidateScopes = true;
        });
        web.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        web.Services.TryAddSingleton(TimeProvider.System);
        AddLogging(web);
        return web;
    }

    /// <summary>What the process was started with: its environment, then its command line.</summary>
    public static void AddSurroundings(WebApplicationBuilder web, string[]? args) =>
        web.Configuration.AddEnvironmentVariables().AddCommandLine(args ?? []);

    private static void AddLogging(WebApplicationBuilder web)
    {
        web.Logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddConfiguration(web.Configuration.GetSection("Logging"))
            .AddConsole(options => options.FormatterName = LineFormatter.FormatterName)
            .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
    }
}
