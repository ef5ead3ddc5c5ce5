using ReserveConnect.Inventory;

namespace ReserveConnect.Booking.Modifications;

/// <summary>What of a booking may be changed, and into what: pure decisions.</summary>
internal static class ModificationRules
{
    /// <summary>Why a reservation cannot be changed any more; null when it can.</summary>
    public static Refusal? OfStatus(string status) => status switch
    {
        ReservationStatus.Confirmed => null,
        ReservationStatus.CheckedIn or ReservationStatus.CheckedOut or ReservationStatus.Completed => Refusal.Conflict(
            "already_checked_in", "The guest has checked in: this stay can no longer be changed here. Ask the property or our support."),
        ReservationStatus.NoShow => Refusal.Conflict("already_no_show", "Nobody came, and the stay was closed: it can no longer be changed."),
        _ => Refusal.Conflict("already_cancelled", "This booking is being cancelled, or is cancelled: it can no longer be changed. Please book again."),
    };

    /// <summary>
    /// Whether a change that is on its way may still be made. Whoever has checked in sleeps in the room: they may have more nights in
    /// it, and no night of it is taken from them.
    /// </summary>
    /// <param name="stay">As it stands now.</param>
    /// <param name="change">As it was asked for.</param>
    public static bool MayStillBeMade(StandingStay stay, BookingIntent change) => stay.Status switch
    {
        ReservationStatus.Confirmed => true,
        ReservationStatus.CheckedIn => change.UnitId == stay.UnitId && change.CheckIn == stay.CheckIn && change.CheckOut >= stay.CheckOut,
        _ => false,
    };

    /// <summary>
    /// The quote of a change, or why there is none: those of <see cref="StayRules"/> but for nights that are taken and restrictions,
    /// which the quote names; <c>unit_not_found</c>, <c>other_property</c>, <c>nothing_changes</c>, <c>stay_has_begun</c>, <c>no_price</c>.
    /// </summary>
    /// <param name="stay">As it stands.</param>
    /// <param name="wanted">As it is to be.</param>
    /// <param name="nights">Of the wanted stay.</param>
    /// <param name="money">What is behind the stay.</param>
    /// <param name="now">UTC instant.</param>
    public static Outcome<ModificationQuote> Decide(
        StandingStay stay, StayRequest wanted, WantedNights nights, MoneyBehind money, DateTimeOffset now)
    {
        if (StayRules.OfRequest(wanted) is { } malformed)
        {
            return malformed;
        }

        if (nights.Offer is not { } offer)
        {
            return Refusal.NotFound("unit_not_found", "There is no such unit, or it is no longer sold.");
        }

        if (offer.PropertyId != stay.PropertyId)
        {
            return Refusal.Unprocessable(
                "other_property", "A booking can be moved within its property only. To stay elsewhere, cancel it and book anew.",
                new FieldError("unit_id", "other_property", "Must be a unit of the same property."));
        }

        if (IsSame(stay, wanted))
        {
            return Refusal.Unprocessable("nothing_changes", "This is what is booked already: nothing would change.");
        }

        // Whoever has not come yet may still ask for more or fewer nights, but none of those that have passed.
        var today = CityDay.At(now, offer.TimeZone);
        if (StayRules.OfUnit(wanted, offer.MaxOccupancy, wanted.CheckIn == stay.CheckIn && stay.CheckIn < today ? stay.CheckIn : today) is { } unfit)
        {
            return unfit;
        }

        if (wanted.CheckOut < today)
        {
            return Refusal.Unprocessable(
                "dates_in_past", "The day of departure has passed.", new FieldError("check_out", "dates_in_past", "Not before today in the city."));
        }

        // The property has kept the room free for the night; who does not come owes it (design section 11).
        if ((wanted.UnitId, wanted.CheckIn) != (stay.UnitId, stay.CheckIn) && now >= stay.Terms.CheckInAt)
        {
            return Refusal.Conflict(
                "stay_has_begun", "This stay has begun: it can be made longer or shorter, but not moved. Ask the property or our support.");
        }

        return Priced(stay, wanted, offer, nights, money, now);
    }

    /// <summary>Why a quoted change is not made; null: it can be had.</summary>
    public static Refusal? OfQuote(ModificationQuote quote)
    {
        if (quote.UnavailableNights.Count > 0)
        {
            return Refusal.Conflict("not_available", "The unit is not available on every night that the change needs.") with
            {
                Extensions = new Dictionary<string, object?> { ["nights"] = quote.UnavailableNights },
            };
        }

        return quote.BrokenRestrictions is [var broken, ..] ? Refusal.Unprocessable(broken.Code, broken.Detail) : null;
    }

    private static Outcome<ModificationQuote> Priced(
        StandingStay stay, StayRequest wanted, UnitOffer offer, WantedNights nights, MoneyBehind money, DateTimeOffset now)
    {
        // Whether a night is open or sold out is nothing to a guest who has it.
        var kept = KeptNights.Of(stay.UnitId, stay.CheckIn, stay.CheckOut, wanted);
        var taken = nights.Calendar.Where(n => n.Date < wanted.CheckOut && !n.IsSellable && kept?.Cover(n.Date) != true).Select(n => n.Date).ToList();
        var free = AsOffered(stay, wanted, nights, kept);
        var broken = StayRules.OfNights(wanted, free);
        if (broken is { Code: "beyond_calendar" })
        {
            return broken;
        }

        // The policy is the booking's: it does not change with what is booked. Nor does what the cleaning of the same room costs.
        var cleaning = wanted.UnitId == stay.UnitId ? stay.CleaningFee : (decimal?)null;
        var bill = Pricing.Quote(offer, wanted, StayRules.NightsOf(wanted, free), cleaning) with { CancellationPolicy = stay.Policy };
        if (bill is not { BasePrice: > 0, Total: > 0 } || bill.Currency != stay.Currency)
        {
            return Refusal.Unprocessable("no_price", "The Host has set no price for these nights yet.");
        }

        var share = stay.Terms.At(now);
        return new ModificationQuote(
            stay.ConfirmationCode, wanted.Adults, wanted.Children, wanted.Infants, bill,
            ModificationPrice.Of(stay.TotalAmount, bill.Total, share.Percent, money),
            taken.Count == 0 && broken is null, taken, broken is null ? [] : [new(broken.Code, broken.Detail)]);
    }

    // Nights that the booking has keep the price that they were booked at, and a day on which it arrives or leaves already may have
    // been closed to others since.
    private static CalendarNight[] AsOffered(StandingStay stay, StayRequest wanted, WantedNights nights, KeptNights? kept)
    {
        var free = nights.Calendar.Select(night => night with { IsAvailable = true, EffectiveAllotment = 1 }).ToArray();
        if (kept is null)
        {
            return free;
        }

        var booked = stay.NightPrices;
        for (var i = 0; i < free.Length; i++)
        {
            var night = free[i];
            if (kept.Cover(night.Date) && booked.TryGetValue(night.Date, out var price))
            {
                night = night with { Price = price };
            }

            if (night.Date == stay.CheckIn && wanted.CheckIn == stay.CheckIn)
            {
                night = night with
                {
                    ClosedToArrival = false,
                    MinStay = wanted.CheckOut >= stay.CheckOut ? (short)1 : night.MinStay,
                    MaxStay = wanted.CheckOut <= stay.CheckOut ? (short)StayRules.LongestStay : night.MaxStay,
                };
            }

            free[i] = night.Date == stay.CheckOut && wanted.CheckOut == stay.CheckOut ? night with { ClosedToDeparture = false } : night;
        }

        return free;
    }

    /// <summary>Whether a stay is what is booked already.</summary>
    public static bool IsSame(StandingStay stay, StayRequest wanted) =>
        wanted == new StayRequest(stay.UnitId, stay.CheckIn, stay.CheckOut, stay.GuestsAdults, stay.GuestsChildren, stay.GuestsInfants);
}
