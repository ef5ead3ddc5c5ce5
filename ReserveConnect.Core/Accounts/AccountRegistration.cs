using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Events;

namespace ReserveConnect.Accounts;

/// <summary>The services of this slice.</summary>
internal static class AccountRegistration
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
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
        services.AddScoped<IEventHandler, AccountMails>();
        return services;
    }
}
