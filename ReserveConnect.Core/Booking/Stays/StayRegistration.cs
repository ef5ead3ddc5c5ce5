using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Booking.Stays;

/// <summary>What stays bring into the container.</summary>
internal static class StayRegistration
{
    public static void AddStays(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<StayOptions>(configuration, StayOptions.Section);
        services.AddSingleton<CheckInBooking>();
        services.AddSingleton<CheckOutBooking>();
        services.AddSingleton<CompleteStay>();
        services.AddSingleton<RecordNoShow>();
        services.AddSingleton<ReleaseAtHost>();
        services.AddSingleton<StayTroubles>();
        services.AddSingleton<ProcessStays>();
    }
}
