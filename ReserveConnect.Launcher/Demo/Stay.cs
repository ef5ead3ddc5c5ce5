namespace ReserveConnect.Launcher.Demo;

/// <summary>Finds a stay, sees its price and holds it, as a guest does before paying.</summary>
internal sealed class Stay(DemoApi api, Narrator narrator)
{
    private const string City = "urubici";
    private const int Shown = 3;

    /// <summary>Searches, quotes and holds the first property found for these dates.</summary>
    public async Task<IntentAnswer> HoldAsync(DateOnly checkIn, int nights, string firstName, string lastName, CancellationToken cancellation)
    {
        var dates = $"check_in={checkIn:yyyy-MM-dd}&check_out={checkIn.AddDays(nights):yyyy-MM-dd}&adults=2";
        var found = await api.GetAsync<SearchAnswer>($"search?city={City}&{dates}", cancellation);
        if (found.Items.Count == 0)
            throw new LauncherException($"the search found nothing in {City} for {dates}");
        narrator.Step($"GET /api/search: {found.TotalCount} properties for {nights} nights from {checkIn:yyyy-MM-dd}, two guests");
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
        narrator.Step($"POST /api/booking-intents: {nights} nights held until {intent.ExpiresAt:HH:mm:ss} UTC, intent {intent.BookingIntentId}");
        return intent;
    }

    private async Task QuoteAsync(Guid unitId, string dates, CancellationToken cancellation)
    {
        var quote = await api.GetAsync<QuoteAnswer>($"units/{unitId}/availability?{dates}", cancellation);
        narrator.Step($"GET /api/units/{{id}}/availability: {quote.PropertyName}, {quote.UnitName}");
        foreach (var line in quote.Lines)
            narrator.Detail($"{line.Description,-40} {Narrator.Money(line.Amount),14}");
        narrator.Detail($"{"total",-40} {Narrator.Money(quote.Total),14}");
    }
}
