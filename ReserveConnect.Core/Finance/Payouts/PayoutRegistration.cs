using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Events;
using ReserveConnect.Finance.Payouts.Statements;

namespace ReserveConnect.Finance.Payouts;

/// <summary>Payouts, for a host.</summary>
internal static class PayoutRegistration
{
    public static void AddPayouts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<PayoutOptions>(configuration, PayoutOptions.Section);
        services.AddSingleton<PayoutRuns>();
        services.AddSingleton<CalculatePayouts>();
        services.AddSingleton<CreatePayout>();
        services.AddSingleton<DecidePayout>();
        services.AddSingleton<PayoutProviders>();
        services.AddSingleton<SendableBalances>();
        services.AddSingleton<MovePayout>();
        services.AddSingleton<SettlePayout>();
        services.AddSingleton<TakePayoutReturn>();
        services.AddSingleton<PayoutViews>();
        services.AddSingleton<PayoutStatements>();
        services.AddSingleton<PayoutSettings>();
        services.AddSingleton<PropertyFinancials>();
        services.AddEventHandler<StripeTransferReported>();
        services.AddEventHandler<PixTransferReported>();
    }
}
