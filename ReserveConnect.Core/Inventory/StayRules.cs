using System.Globalization;

namespace ReserveConnect.Inventory;

/// <summary>Which stays are sold: pure decisions on a request, a unit and its nights. Null means yes.</summary>
public static class StayRules
{
    /// <summary>Longest stay that is sold, in nights.</summary>
    public const int LongestStay = 365;

    /// <summary>Most infants of a stay: more are no family's.</summary>
    public const int MostInfants = 10;

    /// <summary>What is wrong with the request itself, whatever the unit.</summary>
    public static Refusal? OfRequest(StayRequest request)
    {
        if (request.CheckOut <= request.CheckIn)
        {
            return Refusal.Malformed(
                "check_out_not_after_check_in",
                "The day of departure must be after the day of arrival.",
                new FieldError("check_out", "check_out_not_after_check_in", "Must be after check_in."));
        }

        if (request.Nights > LongestStay)
        {
            return Refusal.Unprocessable(
                "stay_too_long",
                $"A stay has at most {LongestStay} nights.",
                new FieldError("check_out", "stay_too_long", $"At most {LongestStay} nights after check_in."));
        }

        if (request.Adults < 1 || request.Children < 0)
        {
            return Refusal.Unprocessable(
                "guests_invalid",
                "A stay needs at least one adult.",
                new FieldError(request.Adults < 1 ? "adults" : "children", "guests_invalid", "At least one adult, no negative number of children."));
        }

        if (request.Infants is < 0 or > MostInfants)
        {
            return Refusal.Unprocessable(
                "guests_invalid",
                $"A stay has at most {MostInfants} infants.",
                new FieldError("infants", "guests_invalid", $"From 0 to {MostInfants}."));
        }

        return null;
    }

    /// <summary>What is wrong with the dates of a well-formed request.</summary>
    /// <param name="today">Local date in the city.</param>
    public static Refusal? OfDates(StayRequest request, DateOnly today) => request.CheckIn >= today
        ? null
        : Refusal.Unprocessable(
            "dates_in_past",
            "The day of arrival has passed.",
            new FieldError("check_in", "dates_in_past", $"Not before {Iso(today)}, today in the city."));

    /// <summary>What is wrong with the request for this unit, before any night is looked at.</summary>
    /// <param name="maxOccupancy">Guests the unit takes.</param>
    /// <param name="today">Local date in the city.</param>
    public static Refusal? OfUnit(StayRequest request, int maxOccupancy, DateOnly today)
    {
        if (OfDates(request, today) is { } past)
        {
            return past;
        }

        // Compared without adding first: the sum of two absurd numbers must not wrap around.
        if ((long)request.Adults + request.Children > maxOccupancy)
        {
            return TooManyGuests(maxOccupancy);
        }

        return null;
    }

    /// <summary>More guests than a unit takes.</summary>
    public static Refusal TooManyGuests(int maxOccupancy) => Refusal.Unprocessable(
        "too_many_guests",
        $"This unit takes {maxOccupancy} guests at most.",
        new FieldError("adults", "too_many_guests", $"At most {maxOccupancy} guests, children included, infants not."));

    /// <summary>What is wrong with the nights.</summary>
    /// <param name="request">A request that passed the rules above.</param>
    /// <param name="calendar">The calendar from arrival to the day of departure inclusive, in date order, without the
    /// nights that it does not have.</param>
    public static Refusal? OfNights(StayRequest request, ReadOnlySpan<CalendarNight> calendar)
    {
        var nights = NightsOf(request, calendar);
        if (nights.Length < request.Nights)
        {
            return Refusal.Unprocessable(
                "beyond_calendar",
                "The calendar of this unit does not reach that far.",
                new FieldError("check_out", "beyond_calendar", "Not every night of the stay is in the calendar."));
        }

        List<string> taken = [];
        foreach (var night in nights)
        {
            if (!night.IsSellable)
            {
                taken.Add(Iso(night.Date));
            }
        }

        if (taken.Count > 0)
        {
            return Refusal.Conflict("not_available", "The unit is not available on every night of the stay.") with
            {
                Extensions = new Dictionary<string, object?> { ["nights"] = taken },
            };
        }

        return OfRestrictions(request, nights[0], calendar[^1]);
    }

    /// <summary>The nights of the stay among those of the calendar (which may also have the day of departure).</summary>
    public static ReadOnlySpan<CalendarNight> NightsOf(StayRequest request, ReadOnlySpan<CalendarNight> calendar) =>
        !calendar.IsEmpty && calendar[^1].Date == request.CheckOut ? calendar[..^1] : calendar;

    private static Refusal? OfRestrictions(StayRequest request, CalendarNight arrival, CalendarNight last)
    {
        if (request.Nights < arrival.MinStay)
        {
            return Refusal.Unprocessable(
                "minimum_stay",
                $"A stay that arrives on {Iso(arrival.Date)} has at least {arrival.MinStay} nights.",
                new FieldError("check_out", "minimum_stay", $"At least {arrival.MinStay} nights."));
        }

        if (request.Nights > arrival.MaxStay)
        {
            return Refusal.Unprocessable(
                "maximum_stay",
                $"A stay that arrives on {Iso(arrival.Date)} has at most {arrival.MaxStay} nights.",
                new FieldError("check_out", "maximum_stay", $"At most {arrival.MaxStay} nights."));
        }

        if (arrival.ClosedToArrival)
        {
            return Refusal.Unprocessable(
                "closed_to_arrival",
                $"No stay begins on {Iso(arrival.Date)}.",
                new FieldError("check_in", "closed_to_arrival", "No arrivals on this date."));
        }

        if (last.Date == request.CheckOut && last.ClosedToDeparture)
        {
            return Refusal.Unprocessable(
                "closed_to_departure",
                $"No stay ends on {Iso(last.Date)}.",
                new FieldError("check_out", "closed_to_departure", "No departures on this date."));
        }

        return null;
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
