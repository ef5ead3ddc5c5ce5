namespace ReserveConnect.Booking;

/// <summary>The running sagas, as the business sees them; the functions implement it with the durable client.</summary>
public interface IBookingSagas
{
    /// <summary>Starts the saga of an intent unless it runs or has ended.</summary>
    Task EnsureStartedAsync(Guid intentId, DateTimeOffset expiresAt, CancellationToken cancellation);

    /// <summary>Makes whatever waits for this intent look at its rows again. Does nothing when nothing waits.</summary>
    Task WakeAsync(Guid intentId, CancellationToken cancellation);

    /// <summary>Makes the saga of this intent look at its rows again; starts it first where it does not run.</summary>
    Task AwakenAsync(Guid intentId, DateTimeOffset expiresAt, CancellationToken cancellation);

    /// <summary>Makes whatever has this intent in hand look at its rows now: its saga, that of a late payment; its saga anew where nothing has.</summary>
    Task AttendAsync(Guid intentId, CancellationToken cancellation);

    /// <summary>Sees to it that the Host is told which nights of a stay are free; what waits to tell it again does so now.</summary>
    Task EnsureReleaseAsync(Guid reservationId, CancellationToken cancellation);

    /// <summary>Starts the saga of money that its intent no longer waits for, unless it runs already; wakes it if it does.</summary>
    Task TakeLatePaymentAsync(Guid attemptId, CancellationToken cancellation);

    /// <summary>Starts whatever gives money of this intent back, where some is owed, and wakes it.</summary>
    Task AttendRefundsAsync(Guid intentId, CancellationToken cancellation);

    /// <summary>Starts the saga of a cancellation unless it runs, and wakes it.</summary>
    Task CancelAsync(Guid cancellationId, CancellationToken cancellation);
}
