namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where an application of functions begins.</summary>
public class FunctionsApplication
{
    /// <summary>A builder with configuration from appsettings.json, environment and command line, and console logging.</summary>
    /// <param name="args">The command line.</param>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
