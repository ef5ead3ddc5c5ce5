namespace ReserveConnect.Payments;

/// <summary>What the saga does next, as the rows say after money was looked at.</summary>
public enum NextStep
{
    /// <summary>Wait for a wake-up, at most until <see cref="PaymentStep.WakeAt"/>.</summary>
    Wait,

    /// <summary>The money is there: commit the booking at the Host.</summary>
    CommitAtHost,

    /// <summary>The Host commit has failed: wait for a decision.</summary>
    DecideOnHostFailure,

    /// <summary>Money goes back.</summary>
    Refund,

    /// <summary>Nothing more to do.</summary>
    Close,

    /// <summary>The intent has ended, but a charge could be neither closed nor asked for: watch it.</summary>
    WatchCharge,
}

/// <summary>The saga's next step with what it needs.</summary>
/// <param name="WakeAt">UTC instant, for <see cref="NextStep.Wait"/>.</param>
/// <param name="AttemptId">For <see cref="NextStep.WatchCharge"/>.</param>
/// <param name="Outcome">For <see cref="NextStep.Close"/>: the intent's final status.</param>
public sealed record PaymentStep(NextStep Next, DateTimeOffset? WakeAt = null, Guid? AttemptId = null, string? Outcome = null);
