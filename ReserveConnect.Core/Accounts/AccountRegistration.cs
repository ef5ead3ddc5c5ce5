using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts.Oidc;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Accounts;

/// <summary>The services of this slice.</summary>
public static class AccountRegistration
{
    internal static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<AccountOptions>(configuration, AccountOptions.Section);
        services.AddSettings<OidcOptions>(configuration, OidcOptions.Section);
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<AccountKeys>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<OneTimeTokens>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<LoginAttempts>();
        services.AddSingleton<SecondFactor>();

        services.AddSingleton<RegisterGuest>();
        services.AddSingleton<VerifyEmail>();
        services.AddSingleton<Login>();
        services.AddSingleton<RefreshSession>();
        services.AddSingleton<Logout>();
        services.AddSingleton<ChangePassword>();
        services.AddSingleton<RequestPasswordReset>();
        services.AddSingleton<ResetPassword>();
        services.AddSingleton<SetUpSecondFactor>();
        services.AddSingleton<RemoveSecondFactor>();
        services.AddSingleton<UpdateGuestProfile>();

        services.AddSingleton<InviteUser>();
        services.AddSingleton<AcceptInvitation>();
        services.AddSingleton<ChangeRole>();
        services.AddSingleton<DisableUser>();
        services.AddSingleton<FirstAdmin>();
        services.AddSingleton<OidcIssuers>();
        services.AddSingleton<IdTokens>();
        services.AddSingleton(provider => new LoginWithOidc(
            provider.GetRequiredService<ReserveDatabase>(), provider.GetRequiredService<IdTokens>(),
            provider.GetRequiredService<Sessions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddScoped<IEventHandler, AccountMails>();
        return services;
    }

    /// <summary>What <see cref="FirstAdmin"/> needs, without the rest of the business.</summary>
    public static IServiceCollection AddFirstAdmin(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<DatabaseOptions>(configuration, DatabaseOptions.Section);
        services.AddSettings<AccountOptions>(configuration, AccountOptions.Section);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => ReserveDataSource.Build(
            provider.GetRequiredService<IOptions<DatabaseOptions>>().Value, provider.GetService<DatabaseToken>()));
        services.AddSingleton<EventBell>();
        services.AddSingleton<ReserveDatabase>();
        services.AddSingleton<AccountKeys>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<OneTimeTokens>();
        services.AddSingleton<InviteUser>();
        services.AddSingleton<FirstAdmin>();
        return services;
    }
}
