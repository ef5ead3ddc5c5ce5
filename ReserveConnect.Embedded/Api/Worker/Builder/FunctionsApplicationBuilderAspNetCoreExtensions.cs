namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>HTTP for an application of functions.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    /// <summary>
    /// Serves HTTP functions with ASP.NET Core: requests as <c>HttpRequest</c>, answers as <c>IActionResult</c> or <c>IResult</c>.
    /// An answer is written when the middleware added after this call has returned.
    /// </summary>
    /// <param name="builder">The application.</param>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWebApplication();
        return builder;
    }
}
