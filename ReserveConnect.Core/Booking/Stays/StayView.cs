namespace ReserveConnect.Booking.Stays;

/// <summary>How far a stay is.</summary>
/// <param name="CheckIn">Local date.</param>
/// <param name="CheckOut">Local date; not a night of the stay.</param>
/// <param name="CheckedInAt">UTC instant at which the guest was checked in.</param>
/// <param name="CheckedOutAt">UTC instant at which the guest was checked out.</param>
public sealed record StayView(
    string ConfirmationCode, string Status, DateOnly CheckIn, DateOnly CheckOut, DateTimeOffset? CheckedInAt, DateTimeOffset? CheckedOutAt);
