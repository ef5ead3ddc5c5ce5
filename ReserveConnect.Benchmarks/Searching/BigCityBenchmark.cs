using System.Diagnostics;
using Dapper;
using Npgsql;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Searching;

/// <summary>
/// A generated city of 100,000 units over HTTP: its rows are put into the database as they are, the functions read their
/// index of it with the first search, and then it is searched.
/// </summary>
internal sealed class BigCityBenchmark : IBenchmark
{
    private const string Slug = "metropolis";
    private const int RoomsOfAProperty = 4;
    private const double MostAt99 = 50;
    private const int RowsPerStatement = 500_000;

    public string Name => "bigcity";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var options = world.Options;
        await using var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.OpenAsync(cancellation);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var begun = Stopwatch.GetTimestamp();
        await FillAsync(connection, options, cancellation);
        var filled = Stopwatch.GetElapsedTime(begun);
        await connection.ExecuteAsync("UPDATE reserve.cities SET is_active = true WHERE slug = @Slug", new { Slug });

        // A stay of seven nights must end within the calendar.
        var queries = new SearchQueries(Slug, today, options.BigCityDays - 8);
        Task Search(int number, CancellationToken ct) => world.Api.DrainAsync(queries.Number(number), ct);
        begun = Stopwatch.GetTimestamp();
        await world.WaitUntilFoundAsync(queries.Number(0), cancellation);
        var built = Stopwatch.GetElapsedTime(begun);
        await ClosedLoop.RunAsync(2, options.RoundTime / 4, new Latencies(), Search, cancellation);
        var latencies = new Latencies();
        await OpenLoop.RunAsync(options.BigCityRate, options.RoundTime * 2, latencies, Search, cancellation);
        var closed = new Latencies();
        var rate = await ClosedLoop.RunAsync(2, options.RoundTime, closed, Search, cancellation);

        var report = world.Report;
        report.Title(Name, $"{options.BigCityUnits:N0} units of {options.BigCityDays} nights, filled in {filled.TotalSeconds:0} s");
        report.Figure("read into the index by the first search", $"{built.TotalSeconds:0.0} s");
        report.Latency($"{options.BigCityRate:0} searches/s arriving", latencies);
        report.Line($"target p99 <= {MostAt99:0} ms: {(latencies.At(0.99) <= MostAt99 ? "met" : "MISSED")}");
        report.Figure("2 users at once: searches a second", $"{rate:0}");
        report.Latency("a search of theirs", closed);
        await connection.ExecuteAsync("UPDATE reserve.cities SET is_active = false WHERE slug = @Slug", new { Slug });
        return latencies.At(0.99) <= MostAt99;
    }

    // Nothing of the sync is measured here, so nothing of it is done: the rows are made where they are kept.
    private static async Task FillAsync(NpgsqlConnection connection, BenchOptions options, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(new CommandDefinition(
            """
            SELECT setseed(0.17);

            -- Sold when all of it is there: the functions read a city as soon as they see it.
            INSERT INTO reserve.cities (id, slug, name, state, is_active) VALUES (gen_random_uuid(), @Slug, 'Metropolis', 'SP', false);

            INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug, property_type, rating, reviews_count, amenities_cached)
            SELECT gen_random_uuid(), gen_random_uuid(), c.id, 'Casa ' || i, 'metropolis-' || i, (ARRAY['house', 'pousada', 'chalet'])[1 + i % 3],
                   CASE WHEN i % 4 > 0 THEN round((3 + random() * 2)::numeric, 2) END, (random() * 300)::integer,
                   CASE WHEN i % 3 > 0 THEN '["kitchen", "wifi"]'::jsonb ELSE '["kitchen"]'::jsonb END
            FROM reserve.cities c, generate_series(1, @Units / @RoomsOfAProperty) AS i
            WHERE c.slug = @Slug;

            INSERT INTO reserve.unit_map (id, host_unit_id, property_id, name, slug, max_occupancy, base_capacity)
            SELECT gen_random_uuid(), gen_random_uuid(), p.id, 'Quarto ' || i, 'quarto-' || i, 2 + (random() * 4)::integer, 2
            FROM reserve.properties_map p
            JOIN reserve.cities c ON c.id = p.city_id
            CROSS JOIN generate_series(1, @RoomsOfAProperty) AS i
            WHERE c.slug = @Slug;

            INSERT INTO reserve.rate_plans (id, property_id, unit_id, base_price, extra_guest_fee, cleaning_fee, service_fee_percentage)
            SELECT gen_random_uuid(), u.property_id, u.id, 100 + (random() * 800)::integer, 50, 80, 5
            FROM reserve.unit_map u
            JOIN reserve.properties_map p ON p.id = u.property_id
            JOIN reserve.cities c ON c.id = p.city_id
            WHERE c.slug = @Slug
            """,
            new { Slug, Units = options.BigCityUnits, RoomsOfAProperty }, commandTimeout: 0, cancellationToken: cancellation));
        // Unit by unit, as the calendar is kept.
        var units = (await connection.QueryAsync<Guid>(
            """
            SELECT r.unit_id
            FROM reserve.rate_plans r
            JOIN reserve.properties_map p ON p.id = r.property_id
            JOIN reserve.cities c ON c.id = p.city_id
            WHERE c.slug = @Slug
            ORDER BY r.unit_id
            """,
            new { Slug })).AsList();
        foreach (var some in units.Chunk(Math.Max(1, RowsPerStatement / options.BigCityDays)))
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO reserve.availability_calendar (unit_id, date, allotment, price)
                SELECT r.unit_id, current_date + i, (random() < 0.75)::integer,
                       r.base_price * CASE WHEN extract(isodow FROM current_date + i) >= 5 THEN 1.3 ELSE 1 END
                FROM reserve.rate_plans r
                CROSS JOIN generate_series(0, @BigCityDays - 1) AS i
                WHERE r.unit_id = ANY(@some)
                ORDER BY r.unit_id, i
                """,
                new { some, options.BigCityDays }, commandTimeout: 0, cancellationToken: cancellation));
        }
    }
}
