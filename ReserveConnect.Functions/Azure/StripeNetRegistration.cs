using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Providers;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Functions.Azure;

/// <summary>Puts Stripe's official library into the container.</summary>
public static class StripeNetRegistration
{
    /// <summary>Replaces the REST gateway of <see cref="ProviderRegistration.AddProviders"/>, which must have been called;
    /// settings, connections and circuit stay those of <c>Reserve:Stripe</c>.</summary>
    public static IServiceCollection AddStripeNetGateway(this IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<IStripeGateway>(provider => new StripeNetGateway(
            provider.Library<StripeOptions>(
                StripeCalls.Provider,
                StripeReading.Refusal,
                StripeCalls.UnderWay,
                provider.GetRequiredService<ILogger<StripeNetGateway>>()),
            provider.GetRequiredService<IOptions<StripeOptions>>().Value)));
}
