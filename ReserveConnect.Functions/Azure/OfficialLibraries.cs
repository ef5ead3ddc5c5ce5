using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Notifications;
using ReserveConnect.Providers;
using ReserveConnect.Providers.SendGrid;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Functions.Azure;

/// <summary>
/// Puts the official libraries in the place of the REST clients of <see cref="ProviderRegistration.AddProviders"/>, which
/// must have been called. Settings, connections and circuits stay the same.
/// </summary>
public static class OfficialLibraries
{
    /// <summary>Stripe.net; section <c>Reserve:Stripe</c>.</summary>
    public static IServiceCollection AddStripeNetGateway(this IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<IStripeGateway>(provider => new StripeNetGateway(
            provider.Library<StripeOptions>(
                StripeCalls.Provider,
                StripeReading.Refusal,
                StripeCalls.UnderWay,
                provider.GetRequiredService<ILogger<StripeNetGateway>>()),
            provider.GetRequiredService<IOptions<StripeOptions>>().Value)));

    /// <summary>SendGrid; section <c>Reserve:Email</c>.</summary>
    public static IServiceCollection AddSendGridEmailSender(this IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<IEmailSender>(provider =>
        {
            var log = provider.GetRequiredService<ILogger<SendGridEmailSender>>();
            return new SendGridEmailSender(
                provider.Library<EmailOptions>(SendGridCalls.Provider, SendGridCalls.Refusal, SendGridCalls.UnderWay, log),
                provider.GetRequiredService<IOptions<EmailOptions>>().Value,
                log);
        }));
}
