using Microsoft.Azure.Functions.Worker.Builder;

namespace ReserveConnect.Functions;

/// <summary>What this application adds to the host: its services and its middleware.</summary>
public static class ReserveConnectApp
{
    /// <summary>Adds everything the functions need.</summary>
    /// <param name="builder">The application, with HTTP already configured.</param>
    public static void Configure(FunctionsApplicationBuilder builder) => ArgumentNullException.ThrowIfNull(builder);
}
