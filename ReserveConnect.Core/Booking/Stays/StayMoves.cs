using System.Globalization;

namespace ReserveConnect.Booking.Stays;

/// <summary>Who comes and goes when: pure decisions on a reservation and the day in its city.</summary>
public static class StayMoves
{
    /// <summary>
    /// Whether a guest may be checked in: from the local day of arrival to that of departure. Nobody asks this of one who is.
    /// </summary>
    /// <param name="status">The reservation's.</param>
    /// <param name="today">Local date.</param>
    /// <returns>Null when they may. Refusals: <c>check_in_too_early</c>, <c>stay_is_over</c>, or as <see cref="Ended"/>.</returns>
    public static Refusal? CheckIn(string status, DateOnly checkIn, DateOnly checkOut, DateOnly today) => status switch
    {
        ReservationStatus.Confirmed when today < checkIn => Refusal.Conflict(
            "check_in_too_early", string.Create(CultureInfo.InvariantCulture, $"This stay begins on {checkIn:yyyy-MM-dd}; check the guest in from that day on."))
            with { Extensions = new Dictionary<string, object?> { ["check_in"] = checkIn } },
        ReservationStatus.Confirmed when today > checkOut => Refusal.Conflict(
            "stay_is_over", string.Create(CultureInfo.InvariantCulture, $"This stay ended on {checkOut:yyyy-MM-dd}.")),
        ReservationStatus.Confirmed => null,
        ReservationStatus.CheckedOut => Refusal.Conflict("booking_checked_out", "This guest has been checked out already."),
        _ => Ended(status),
    };

    /// <summary>Whether a guest may be checked out: whoever has been checked in. Nobody asks this of one who is.</summary>
    /// <returns>Null when they may. Refusals: <c>not_checked_in</c>, or as <see cref="Ended"/>.</returns>
    public static Refusal? CheckOut(string status) => status switch
    {
        ReservationStatus.CheckedIn => null,
        ReservationStatus.Confirmed => Refusal.Conflict("not_checked_in", "This guest has not been checked in; do that first."),
        _ => Ended(status),
    };

    /// <summary>Why nobody comes or goes any more: <c>booking_completed</c>, <c>booking_no_show</c>, <c>booking_cancelled</c>, <c>cancellation_pending</c>.</summary>
    private static Refusal Ended(string status) => status switch
    {
        ReservationStatus.Completed => Refusal.Conflict("booking_completed", "This stay is completed."),
        ReservationStatus.NoShow => Refusal.Conflict("booking_no_show", "The guest did not come by noon of the day after arrival; the nights left were given back."),
        ReservationStatus.Cancelled => Refusal.Conflict("booking_cancelled", "This booking is cancelled."),
        ReservationStatus.CancelPending => Refusal.Conflict("cancellation_pending", "A cancellation of this booking is being settled; wait for it."),
        _ => throw new InvalidOperationException($"a reservation is {status}"),
    };
}
