using ReserveConnect.Trials.Guests;

namespace ReserveConnect.Trials.Racing;

/// <summary>What is on record of one seed when all has come to rest: here, at the payment providers and at the Host.</summary>
/// <param name="Intents">In the order in which they were made.</param>
/// <param name="Nights">The nights that it was about.</param>
/// <param name="AtHost">The Host's bookings that name one of the intents, also cancelled ones.</param>
internal sealed record Facts(IReadOnlyList<IntentFacts> Intents, IReadOnlyList<NightFacts> Nights, IReadOnlyList<HostFacts> AtHost)
{
    /// <summary>How its intents ended, in the order in which they were made.</summary>
    public IReadOnlyList<string> Ends => [.. Intents.Select(intent => intent.Status)];
}

/// <summary>An intent with its money.</summary>
/// <param name="Confirmations">How often it became <c>confirmed</c>.</param>
/// <param name="MovesAfterEnd">How often it left <c>confirmed</c>.</param>
/// <param name="Revivals">How often it left <c>cancelled</c> or <c>expired</c>, as late money makes it.</param>
/// <param name="HostBookingId">As the intent has it.</param>
/// <param name="IsRestless">Whether something of it was still to come when the round was given up.</param>
/// <param name="HasFailed">Whether one of its sagas failed, or one of its events was set aside.</param>
/// <param name="Charges">What the providers have of it.</param>
internal sealed record IntentFacts(
    Guid Id,
    string Status,
    decimal Total,
    DateOnly CheckIn,
    DateOnly CheckOut,
    int Confirmations,
    int MovesAfterEnd,
    int Revivals,
    Guid? HostBookingId,
    bool IsRestless,
    bool HasFailed,
    IReadOnlyList<AttemptFacts> Attempts,
    IReadOnlyList<RefundFacts> Refunds,
    IReadOnlyList<ReservationFacts> Reservations,
    IReadOnlyList<BookedCharge> Charges)
{
    /// <summary>Whether it waited for a Host that was down.</summary>
    public bool HasWaited { get; init; }

    /// <summary>What was agreed to go back of a booking that was confirmed; null: nothing was.</summary>
    public Return? Agreed { get; init; }
}

/// <summary>Money that goes back of a confirmed booking.</summary>
/// <param name="IsCancelled">Whether the booking is given up with it.</param>
internal sealed record Return(decimal Amount, bool IsCancelled);

/// <summary>An attempt as it stands here.</summary>
/// <param name="InTheBooks">What the ledger says came in through it; 0: nothing.</param>
internal sealed record AttemptFacts(string Status, string? ProviderId, decimal Received, decimal InTheBooks);

/// <summary>A refund as it stands here.</summary>
/// <param name="InTheBooks">What the ledger says went back by it; 0: nothing.</param>
internal sealed record RefundFacts(string Status, string? ProviderRefundId, decimal Amount, decimal InTheBooks);

/// <summary>A reservation as it stands here.</summary>
internal sealed record ReservationFacts(Guid HostBookingId, DateOnly CheckIn, DateOnly CheckOut, string Status);

/// <summary>A night of the calendar.</summary>
internal sealed record NightFacts(DateOnly Date, int Rooms, int Booked, int Held);

/// <summary>A booking at the Host.</summary>
internal sealed record HostFacts(Guid Id, Guid IntentId, bool Stands, DateOnly CheckIn, DateOnly CheckOut);
