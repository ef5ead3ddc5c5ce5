using ReserveConnect.Launcher;

namespace ReserveConnect.Benchmarks.Bookings;

/// <summary>A stay that the search has found; no other has a night of it.</summary>
internal sealed record FreeStay(Guid UnitId, DateOnly CheckIn, DateOnly CheckOut);

/// <summary>Finds stays to book the way guests do: by the search, page by page.</summary>
internal sealed class FreeStays(BenchWorld world)
{
    // Nights that the races and the bookings take do not touch: bookings from day 7 on, races from day 200 on.
    private const int FirstBookingDay = 7;
    private const int FirstRaceDay = 200;
    private const int LastDay = 330;
    private const int BookedNights = 2;
    private const int PageSize = 100;

    private sealed record Page(IReadOnlyList<Hit> Items, string? NextCursor);

    private sealed record Hit(Guid UnitId);

    /// <summary>Stays of two nights.</summary>
    public Task<IReadOnlyList<FreeStay>> ToBookAsync(int count, CancellationToken cancellation) =>
        FindAsync(count, FirstBookingDay, FirstRaceDay, BookedNights, cancellation);

    /// <summary>Single nights.</summary>
    public Task<IReadOnlyList<FreeStay>> ToRaceForAsync(int count, CancellationToken cancellation) =>
        FindAsync(count, FirstRaceDay, LastDay, 1, cancellation);

    private async Task<IReadOnlyList<FreeStay>> FindAsync(int count, int firstDay, int endDay, int nights, CancellationToken cancellation)
    {
        List<FreeStay> stays = [];
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        for (var day = firstDay; day + nights <= endDay && stays.Count < count; day += nights)
        {
            var checkIn = today.AddDays(day);
            var checkOut = checkIn.AddDays(nights);
            string? cursor = null;
            do
            {
                var page = await world.Api.GetAsync<Page>(
                    $"search?city={world.City}&check_in={checkIn:yyyy-MM-dd}&check_out={checkOut:yyyy-MM-dd}&adults=1&limit={PageSize}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}",
                    cancellation);
                stays.AddRange(page.Items.Select(hit => new FreeStay(hit.UnitId, checkIn, checkOut)));
                cursor = page.NextCursor;
            }
            while (cursor is not null && stays.Count < count);
        }

        return stays.Count >= count
            ? stays[..count]
            : throw new LauncherException($"{world.City} has only {stays.Count} free stays of {nights} nights; {count} are needed");
    }
}
