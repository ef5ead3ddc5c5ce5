namespace ReserveConnect.Booking;

/// <summary>A guest's attempt to buy a stay, as stored in <c>reserve.booking_intents</c>.</summary>
/// <param name="HostUnitId">The Host's id of the unit.</param>
/// <param name="Quote">The bill that the guest saw, as JSON; a later price change at the Host does not move it.</param>
/// <param name="ExpiresAt">UTC instant at which the hold runs out.</param>
/// <param name="HostQueuedAt">UTC instant since when the paid booking waits for a Host that is down; null: it never did.</param>
/// <param name="PaymentFailures">Declines so far.</param>
/// <param name="ModifiesReservationId">The reservation that this intent changes; null: it is to become one.</param>
/// <param name="AmountAsked">What the guest pays for it; null: all of <paramref name="TotalAmount"/>.</param>
/// <param name="BookingOf">Of a change, the intent that its booking began with.</param>
/// <param name="Modification">Of a change, what was promised for its price, as JSON.</param>
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
    DateTimeOffset? HostQueuedAt,
    Guid? ModifiesReservationId = null,
    decimal? AmountAsked = null,
    Guid? BookingOf = null,
    string? Modification = null)
{
    /// <summary>What the guest pays for it; of a change of a booking that does not cost more: nothing.</summary>
    public decimal AmountDue => AmountAsked ?? TotalAmount;

    /// <summary>The intent that the booking began with: itself, unless it changes one. A booking's money stands in the books under it.</summary>
    public Guid BookingId => BookingOf ?? Id;

    /// <summary>Whether the guest may still begin to pay.</summary>
    public bool TakesPayments(DateTimeOffset now) =>
        BookingIntentStatus.AwaitsMoney(Status) && CancelRequestedAt is null && now < ExpiresAt;
}
