using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ReserveConnect.Booking;
using ReserveConnect.Booking.Stays;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Booking;

/// <summary>A try of telling the Host.</summary>
public sealed record ReleaseTry(Guid ReservationId, int Attempt);

/// <summary>
/// Tells the Host that nights of a stay are free until it has heard. One per reservation, instance id = <c>release-{reservation}</c>.
/// </summary>
public static class HostReleaseSaga
{
    public static string InstanceId(Guid reservationId) => $"release-{reservationId}";

    [Function(nameof(HostReleaseSaga))]
    [Access(Callers.Host)]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var reservationId = context.GetInput<Guid>();
        for (var attempt = 1; ; attempt++)
        {
            var step = await context.CallActivityAsync<CompensationStep>("release_at_host", new ReleaseTry(reservationId, attempt), SagaSteps.Patiently);
            if (step.RetryAt is not { } retryAt)
            {
                return step.IsDone ? "released" : "with_a_person";
            }

            await SagaSteps.WaitAsync(context, retryAt);
        }
    }
}

/// <summary>The saga's only step; it may run twice and comes to the same.</summary>
public sealed class HostReleaseActivity(ReleaseAtHost release)
{
    [Function("release_at_host")]
    [Access(Callers.Host)]
    public Task<CompensationStep> Run([ActivityTrigger] ReleaseTry input, CancellationToken cancellation) =>
        release.RunAsync(input.ReservationId, input.Attempt, cancellation);
}
