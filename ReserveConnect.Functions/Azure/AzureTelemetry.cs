using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Payments;
using ReserveConnect.Providers;
using ReserveConnect.Reporting;

namespace ReserveConnect.Functions.Azure;

/// <summary>Traces, metrics and logs to Application Insights, correlated with the host's.</summary>
public static class AzureTelemetry
{
    /// <summary>Exports where <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> says; without it nothing leaves the process.</summary>
    public static IServiceCollection AddAzureTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var telemetry = services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .WithTracing(traces => traces.AddSource("Npgsql"))
            .WithMetrics(metrics => metrics.AddMeter(BusinessFigures.MeterName, Limits.MeterName, ProviderMetrics.MeterName, Webhooks.MeterName, "Npgsql"));
        if (configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] is { Length: > 0 } target)
        {
            var azure = configuration.GetSection(AzureOptions.Section).Get<AzureOptions>() ?? new AzureOptions();
            telemetry.UseAzureMonitorExporter(exporter =>
            {
                exporter.ConnectionString = target;
                exporter.TracesPerSecond = azure.TracesPerSecond;
                // An error is told whether its request is traced or not: alerts count on it.
                exporter.EnableTraceBasedLogsSampler = false;
                // The resource takes no keys: only who has the role may send.
                exporter.Credential = AzureIdentity.Credential(azure);
            });
        }

        return services;
    }
}
