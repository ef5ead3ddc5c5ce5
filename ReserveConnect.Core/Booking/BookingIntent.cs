namespace ReserveConnect.Booking;

/// <summary>A guest's attempt to buy a stay, as stored in <c>reserve.booking_intents</c>.</summary>
/// <param name="HostUnitId">The Host's id of the unit.</param>
/// <param name="Quote">The bill that the guest saw, as JSON; a later price change at the Host does not move it.</param>
/// <param name="ExpiresAt">UTC instant at which the hold runs out.</param>
/// <param name="HostQueuedAt">UTC instant since when the paid booking waits for a Host that is down; null: it never did.</param>
/// <param name="PaymentFailures">Declines so far.</param>
public sealed record BookingIntent(
    Guid Id,
    Guid CityId,
    Guid PropertyId,
    Guid UnitId,
    Guid HostUnitId,
    DateOnly CheckIn,
    DateOnly CheckOut,
    int GuestsAdults,
    int GuestsChildren,
    int GuestsInfants,
    string Currency,
    decimal BasePrice,
    decimal DiscountAmount,
    decimal CleaningFee,
    decimal ServiceFee,
    decimal Taxes,
    decimal TotalAmount,
    string Quote,
    string CancellationPolicy,
    string Status,
    string? ClosedReason,
    int PaymentFailures,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? CancelRequestedAt,
    Guid? HostBookingId,
    Guid? ReservationId,
    string GuestEmail,
    string GuestFirstName,
    string GuestLastName,
    string? GuestPhone,
    string? SpecialRequests,
    DateTimeOffset CreatedAt,
    DateTimeOffset? HostQueuedAt)
{
    /// <summary>Whether the guest may still begin to pay.</summary>
    public bool TakesPayments(DateTimeOffset now) =>
        BookingIntentStatus.AwaitsMoney(Status) && CancelRequestedAt is null && now < ExpiresAt;
}
