using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
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
        services.AddEventHandler<AccountMails>();
        return services;
    }

    // An operator connects as the owner of the tables, or as the app: either may work as the service.
    private static DatabasePools ForOperator(string connectionString)
    {
        var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { Options = $"-c role={DatabaseRoles.Service}" }.ConnectionString);
        return new(source, source);
    }

    /// <summary>What <see cref="FirstAdmin"/> needs, without the rest of the business.</summary>
    public static IServiceCollection AddFirstAdmin(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<DatabaseOptions>(configuration, DatabaseOptions.Section);
        services.AddSettings<AccountOptions>(configuration, AccountOptions.Section);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => ForOperator(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString));
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
