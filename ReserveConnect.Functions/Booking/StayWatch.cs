using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ReserveConnect.Booking.Stays;
using Operation = ReserveConnect.Booking.Stays.ProcessStays;

namespace ReserveConnect.Functions.Booking;

/// <summary>Moves stays on and sees to it that the Host is told of every night given back, those of an earlier run included.</summary>
public sealed class StayWatch(Operation stays, ReleaseAtHost releases, BookingSagas sagas, ILogger<StayWatch> log)
{
    /// <summary>One run; what fails of it does not stop the rest.</summary>
    public async Task RunAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        try
        {
            await stays.RunAsync(cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            log.LogError(failure, "The stays could not be moved on");
        }

        sagas.Through(client);
        foreach (var reservationId in await releases.OwedAsync(cancellation))
        {
            try
            {
                await sagas.EnsureReleaseAsync(reservationId, cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                log.LogError(failure, "The release of reservation {ReservationId} at the Host could not be started", reservationId);
            }
        }
    }
}
