using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory;

/// <summary>Stays near to one that cannot be had: what a guest would accept instead.</summary>
public sealed class Alternatives(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Days that the stay is shifted by, nearest first.</summary>
    private static readonly int[] Shifts = [1, -1, 2, -2, 3, -3];

    /// <summary>Units of the property that are looked at.</summary>
    private const int MostUnits = 20;

    /// <summary>Alternatives that are named.</summary>
    private const int MostAlternatives = 6;

    /// <summary>
    /// Same unit on other dates, then other units of the same property on the same dates. Empty for an unknown unit.
    /// </summary>
    public async Task<IReadOnlyList<StayAlternative>> NearAsync(StayRequest request, CancellationToken ct)
    {
        if (StayRules.OfRequest(request) is not null)
        {
            return [];
        }

        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(ct);
        using var rows = await connection.QueryMultipleAsync(new CommandDefinition(
            UnitOfferSql.Select +
            """
              AND u.property_id = (SELECT property_id FROM reserve.unit_map WHERE id = @UnitId)
            ORDER BY (u.id = @UnitId) DESC, u.id
            LIMIT @MostUnits;

            SELECT n.unit_id, n.date, n.is_available, n.effective_allotment, n.price, n.min_stay, n.max_stay,
                   n.closed_to_arrival, n.closed_to_departure
            FROM (SELECT id
                  FROM reserve.unit_map
                  WHERE is_active
                    AND property_id = (SELECT property_id FROM reserve.unit_map WHERE id = @UnitId)
                  ORDER BY (id = @UnitId) DESC, id
                  LIMIT @MostUnits) u
            JOIN reserve.availability_calendar n ON n.unit_id = u.id
            WHERE n.date BETWEEN @From AND @To
            ORDER BY n.unit_id, n.date
            """,
            new { request.UnitId, From = request.CheckIn.AddDays(-3), To = request.CheckOut.AddDays(3), now, MostUnits },
            cancellationToken: ct));
        var offers = (await rows.ReadAsync<OfferRow>()).Select(row => row.ToOffer()).ToList();
        var nights = (await rows.ReadAsync<UnitNight>()).ToLookup(night => night.UnitId, night => night.Night);

        return [.. Candidates(request, offers)
            .Select(c => (c.Kind, Quote: QuoteOf(c.Offer, c.Request)))
            .Where(c => c.Quote is not null)
            .Take(MostAlternatives)
            .Select(c => StayAlternative.From(c.Kind, c.Quote!))];

        Quote? QuoteOf(UnitOffer offer, StayRequest other)
        {
            var calendar = nights[offer.UnitId].Where(n => n.Date >= other.CheckIn && n.Date <= other.CheckOut).ToArray();
            var decision = Availability.Decide(offer, other, calendar, now);
            return decision.Refusal is null ? decision.Value : null;
        }
    }

    private static IEnumerable<(string Kind, UnitOffer Offer, StayRequest Request)> Candidates(
        StayRequest request, List<UnitOffer> offers)
    {
        foreach (var own in offers.Where(o => o.UnitId == request.UnitId))
        {
            foreach (var days in Shifts)
            {
                yield return ("other_dates", own, request with
                {
                    CheckIn = request.CheckIn.AddDays(days),
                    CheckOut = request.CheckOut.AddDays(days),
                });
            }
        }

        foreach (var other in offers.Where(o => o.UnitId != request.UnitId))
        {
            yield return ("other_unit", other, request with { UnitId = other.UnitId });
        }
    }

    private sealed record UnitNight(
        Guid UnitId, DateOnly Date, bool IsAvailable, int EffectiveAllotment, decimal? Price, short MinStay, short MaxStay,
        bool ClosedToArrival, bool ClosedToDeparture)
    {
        public CalendarNight Night =>
            new(Date, IsAvailable, EffectiveAllotment, Price, MinStay, MaxStay, ClosedToArrival, ClosedToDeparture);
    }
}
