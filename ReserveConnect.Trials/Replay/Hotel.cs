namespace ReserveConnect.Trials.Replay;

/// <summary>Rooms of one type.</summary>
/// <param name="Code">Its letter.</param>
/// <param name="Rooms">How many there are.</param>
/// <param name="Rate">Price of a night, BRL.</param>
/// <param name="Sleeps">Guests that a room takes, infants not counted.</param>
internal sealed record RoomKind(string Code, int Rooms, decimal Rate, int Sleeps);

/// <summary>
/// The hotel as its bookings show it: of each type as many rooms as were slept in, or kept for somebody who did not come, in its fullest
/// night; a night costs the median of what was paid, and a room takes the largest party that came.
/// </summary>
internal sealed record Hotel(IReadOnlyList<RoomKind> Kinds)
{
    private const int LeastSleeps = 2;
    private const decimal LeastRate = 10m;

    public static Hotel Of(IReadOnlyList<RealBooking> bookings) => new(
    [
        .. bookings.Where(booking => booking.Nights > 0)
            .GroupBy(booking => booking.RoomType, StringComparer.Ordinal)
            .OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => KindOf(kind.Key, [.. kind])),
    ]);

    public RoomKind? Kind(string code) => Kinds.FirstOrDefault(kind => kind.Code == code);

    private static RoomKind KindOf(string code, IReadOnlyList<RealBooking> bookings)
    {
        var stays = bookings.Where(booking => booking.End != RealEnd.Cancelled).ToList();
        var peak = stays
            .SelectMany(stay => Enumerable.Range(0, stay.Nights).Select(night => stay.Arrival.AddDays(night)))
            .CountBy(night => night)
            .Select(night => night.Value)
            .DefaultIfEmpty(0)
            .Max();
        var sleeps = stays.Select(stay => stay.Adults + stay.Children).DefaultIfEmpty(0).Max();
        return new(code, Math.Max(1, peak), Median([.. bookings.Select(booking => booking.Rate).Where(rate => rate > 0).Order()]), Math.Max(LeastSleeps, sleeps));
    }

    private static decimal Median(IReadOnlyList<decimal> rates) =>
        rates.Count == 0 ? LeastRate : Math.Max(LeastRate, decimal.Round((rates[(rates.Count - 1) / 2] + rates[rates.Count / 2]) / 2, 2, MidpointRounding.ToEven));
}
