using System.Diagnostics.Metrics;

namespace ReserveConnect.Providers;

/// <summary>What is measured of calls to external systems.</summary>
public static class ProviderMetrics
{
    /// <summary>The meter's name, for the exporter.</summary>
    public const string MeterName = "ReserveConnect.Providers";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Seconds from call to answer, retries included, by provider, operation and outcome.</summary>
    internal static readonly Histogram<double> CallDuration =
        Meter.CreateHistogram<double>("reserve.provider.call.duration", "s");
}
