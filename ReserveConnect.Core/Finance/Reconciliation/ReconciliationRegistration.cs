using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Puts reconciliation into the container.</summary>
internal static class ReconciliationRegistration
{
    public static IServiceCollection AddReconciliation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ReconciliationOptions>().Bind(configuration.GetSection(ReconciliationOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OrderReconciliation>();
        services.AddSingleton<FetchTransactions>();
        services.AddSingleton<CompareTransactions>();
        services.AddSingleton<CompareBalance>();
        services.AddSingleton<CompareBooks>();
        services.AddSingleton<EndReconciliation>();
        services.AddSingleton<Reconciliations>();
        services.AddSingleton<ResolveFinding>();
        return services;
    }
}
