namespace ReserveConnect.Launcher.Demo;

/// <summary>Finds a stay, sees its price and holds it, as a guest does before paying.</summary>
internal sealed class Stay(DemoApi api, Narrator narrator)
{
    private const string City = "urubici";
    private const int Shown = 3;

    // Around the great holidays most properties ask for longer stays.
    private const int DaysTried = 30;

    /// <summary>Searches, quotes and holds the first property found, from this day on.</summary>
    /// <exception cref="LauncherException">Nothing is found within a month.</exception>
    public async Task<IntentAnswer> HoldAsync(DateOnly from, int nights, string firstName, string lastName, CancellationToken cancellation)
    {
        var (checkIn, found) = await SearchAsync(from, nights, cancellation);
        var dates = Dates(checkIn, nights);
        narrator.Step($"GET /api/search: {found.TotalCount} found for {nights} nights from {checkIn:yyyy-MM-dd}, two guests");
        foreach (var stay in found.Items.Take(Shown))
            narrator.Detail($"{stay.Property.Name}, {stay.UnitName}: {Narrator.Money(stay.Total)}");

        var unitId = found.Items[0].UnitId;
        await QuoteAsync(unitId, dates, cancellation);
        var intent = await api.PostAsync<IntentAnswer>(
            "booking-intents",
            new
            {
                UnitId = unitId,
                CheckIn = checkIn,
                CheckOut = checkIn.AddDays(nights),
                Adults = 2,
                Guest = new { Email = $"{firstName.ToLowerInvariant()}@example.com", FirstName = firstName, LastName = lastName },
            },
            cancellation);
        api.Show(intent);
        narrator.Step($"POST /api/booking-intents: {nights} nights held until {intent.ExpiresAt:HH:mm:ss} UTC, intent {intent.BookingIntentId}");
        return intent;
    }

    private async Task<(DateOnly CheckIn, SearchAnswer Found)> SearchAsync(DateOnly from, int nights, CancellationToken cancellation)
    {
        for (var day = 0; day < DaysTried; day++)
        {
            var found = await api.GetAsync<SearchAnswer>($"search?city={City}&{Dates(from.AddDays(day), nights)}", cancellation);
            if (found.Items.Count > 0)
                return (from.AddDays(day), found);
        }

        throw new LauncherException($"the search found nothing in {City} from {from:yyyy-MM-dd} on");
    }

    private static string Dates(DateOnly checkIn, int nights) =>
        $"check_in={checkIn:yyyy-MM-dd}&check_out={checkIn.AddDays(nights):yyyy-MM-dd}&adults=2";

    private async Task QuoteAsync(Guid unitId, string dates, CancellationToken cancellation)
    {
        var quote = await api.GetAsync<QuoteAnswer>($"units/{unitId}/availability?{dates}", cancellation);
        narrator.Step($"GET /api/units/{{id}}/availability: {quote.PropertyName}, {quote.UnitName}");
        foreach (var line in quote.Lines)
            narrator.Detail($"{line.Description,-40} {Narrator.Money(line.Amount),14}");
        narrator.Detail($"{"total",-40} {Narrator.Money(quote.Total),14}");
    }
}
