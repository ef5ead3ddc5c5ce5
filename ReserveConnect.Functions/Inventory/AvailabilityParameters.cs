using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The query string of <c>check_availability</c>: a stay, or a month.</summary>
/// <param name="Stay">Null: a month is asked for.</param>
/// <param name="Month">Its first day; null: this one.</param>
/// <param name="Guests">For how many the prices of the month are; null: nobody said.</param>
public sealed record AvailabilityParameters(StayRequest? Stay, DateOnly? Month, int? Guests) : IQuery<AvailabilityParameters>
{
    private const int MostGuests = 1_000;

    /// <inheritdoc/>
    public static AvailabilityParameters Read(QueryReader query)
    {
        var isStay = query.Has("check_in") || query.Has("check_out");
        var checkIn = query.Date("check_in", required: isStay, about: "Day of arrival; with check_out it asks for a quote.") ?? default;
        var checkOut = query.Date("check_out", required: isStay) ?? default;
        var month = query.Month("month", about: "Which month of the calendar, without a stay; this one when nothing is said.");
        var party = PartyParameters.Read(query, MostGuests);
        if (isStay && month is not null)
        {
            query.Add("month", "invalid_value", "Not together with check_in and check_out.");
        }

        return isStay
            ? new(new StayRequest(Guid.Empty, checkIn, checkOut, party.Adults, party.Children, party.Infants), null, null)
            : new(null, month, party.IsNamed ? party.Guests : null);
    }
}
