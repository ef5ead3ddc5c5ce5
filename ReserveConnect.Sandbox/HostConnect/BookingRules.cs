namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>A stay that is asked for: everything that decides whether the Host takes it.</summary>
internal sealed record Stay(DateOnly CheckIn, DateOnly CheckOut, int Adults, int Children)
{
    /// <summary>Nights.</summary>
    public int Nights => CheckOut.DayNumber - CheckIn.DayNumber;

    /// <summary>Whether the guest sleeps here in the night that begins on this day.</summary>
    public bool Covers(DateOnly date) => date >= CheckIn && date < CheckOut;
}

/// <summary>When the Host says no, as in docs/contracts/host-connect.yaml.</summary>
internal static class BookingRules
{
    /// <summary>What is missing or unreadable in the request, null if it is complete.</summary>
    public static HostProblem? Incomplete(BookingRequest r)
    {
        var missing = r switch
        {
            { RoomTypeId: null } => "room_type_id",
            { CheckIn: null } => "check_in",
            { CheckOut: null } => "check_out",
            { Adults: null } => "adults",
            { Children: null } => "children",
            { Guest: null } => "guest",
            { Guest.FirstName: null or "" } => "guest.first_name",
            { Guest.LastName: null or "" } => "guest.last_name",
            { Guest.Email: null or "" } => "guest.email",
            { TotalAmount: null } => "total_amount",
            { Currency: null } => "currency",
            _ => null,
        };
        return missing is not null ? HostProblem.Invalid($"'{missing}' is missing.") : TooLong(r);
    }

    private static HostProblem? TooLong(BookingRequest r)
    {
        var field = r switch
        {
            { Guest.FirstName.Length: > 100 } => "guest.first_name",
            { Guest.LastName.Length: > 100 } => "guest.last_name",
            { Guest.Email.Length: < 3 or > 254 } => "guest.email",
            { Guest.Phone.Length: > 40 } => "guest.phone",
            { ChannelReference.Length: > 100 } => "channel_reference",
            _ => null,
        };
        return field is null ? null : HostProblem.Invalid($"'{field}' has a length that is not allowed.");
    }

    /// <summary>What is wrong with the stay whatever the nights are, null if nothing.</summary>
    public static HostProblem? Broken(Stay stay, RoomType type, DateOnly today, bool arrivalIsNew)
    {
        if (stay.Nights < 1)
            return HostProblem.InvalidBooking("check_out must be after check_in.");
        if (arrivalIsNew && stay.CheckIn < today)
            return HostProblem.InvalidBooking("check_in lies in the past.");
        if (stay.Adults < 1 || stay.Children < 0)
            return HostProblem.InvalidBooking("At least one adult must stay.");
        if (stay.Adults + stay.Children > type.MaxOccupancy)
            return HostProblem.InvalidBooking($"The room takes {type.MaxOccupancy} guests.");
        return null;
    }

    /// <summary>What is wrong with the money, null if nothing.</summary>
    public static HostProblem? WrongMoney(decimal total, string currency, Property property)
    {
        if (total < 0)
            return HostProblem.InvalidBooking("total_amount is below zero.");
        if (currency != property.Currency)
            return HostProblem.InvalidBooking($"The property's currency is {property.Currency}.");
        return null;
    }

    /// <summary>Which night is not free, null if all are. Nights of <paramref name="own"/> belong to the booking that is changed.</summary>
    public static HostProblem? Occupied(Room room, Stay stay, Stay? own)
    {
        for (var date = stay.CheckIn; date < stay.CheckOut; date = date.AddDays(1))
        {
            if (!room.Has(date))
                return HostProblem.NoAvailability($"The night of {date:yyyy-MM-dd} is beyond the calendar.");
            if (own?.Covers(date) is not true && !room[date].IsFree)
                return HostProblem.NoAvailability($"The night of {date:yyyy-MM-dd} is closed or sold out.");
        }

        return null;
    }

    /// <summary>Whether a change only gives nights at the end back: what is sold less of breaks no rule of selling.</summary>
    public static bool OnlyShortens(Stay was, Stay stay) =>
        stay.CheckIn == was.CheckIn && stay.CheckOut <= was.CheckOut && stay.Adults == was.Adults && stay.Children == was.Children;

    /// <summary>Which restriction of the stay is broken, null if none; the nights are known to exist.</summary>
    /// <param name="room">Where.</param>
    /// <param name="stay">As it is to be.</param>
    /// <param name="was">
    /// What the booking that is changed has in the same room; null: nothing. A day of arrival or departure that it keeps may have been closed to
    /// others since, and its length is restricted only where it gets worse.
    /// </param>
    public static HostProblem? Restricted(Room room, Stay stay, Stay? was)
    {
        ref readonly var arrival = ref room[stay.CheckIn];
        var arrives = was?.CheckIn != stay.CheckIn;
        if (stay.Nights < arrival.MinStay && (arrives || stay.Nights < was!.Nights))
            return HostProblem.InvalidBooking($"A stay from {stay.CheckIn:yyyy-MM-dd} takes at least {arrival.MinStay} nights.");
        if (stay.Nights > arrival.MaxStay && (arrives || stay.Nights > was!.Nights))
            return HostProblem.InvalidBooking($"A stay from {stay.CheckIn:yyyy-MM-dd} takes at most {arrival.MaxStay} nights.");
        if (arrives && (arrival.Flags & NightFlags.ClosedToArrival) != 0)
            return HostProblem.InvalidBooking($"No arrival on {stay.CheckIn:yyyy-MM-dd}.");
        if (was?.CheckOut != stay.CheckOut && room.Has(stay.CheckOut) && (room[stay.CheckOut].Flags & NightFlags.ClosedToDeparture) != 0)
            return HostProblem.InvalidBooking($"No departure on {stay.CheckOut:yyyy-MM-dd}.");
        return null;
    }
}
