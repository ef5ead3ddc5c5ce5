using ReserveConnect.Launcher.Commands;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

public sealed class CheckCommandTests
{
    [Fact]
    public async Task A_database_in_order_passes_every_invariant()
    {
        await using var database = await TestDatabase.CreateAsync();

        var (exitCode, said) = await CheckAsync(database);

        Assert.Equal(0, exitCode);
        Assert.Contains("ok      no_night_sold_twice", said, StringComparison.Ordinal);
        Assert.Matches("all [0-9]+ invariants hold", said);
    }

    [Fact]
    public async Task A_broken_invariant_is_named_with_its_rows_and_fails_the_check()
    {
        await using var database = await TestDatabase.CreateAsync();
        await Sql.RunAsync(
            database.ConnectionString,
            """
            INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug)
            SELECT '0198b0a0-0000-7000-8000-00000000aaaa', gen_random_uuid(), id, 'Pousada', 'pousada'
            FROM reserve.cities;

            INSERT INTO reserve.unit_map (id, host_unit_id, property_id, name, slug, max_occupancy, base_capacity)
            VALUES ('0198b0a0-0000-7000-8000-00000000bbbb', gen_random_uuid(), '0198b0a0-0000-7000-8000-00000000aaaa', 'Quarto', 'quarto', 2, 2);

            INSERT INTO reserve.availability_calendar (unit_id, date, allotment, bookings_count)
            VALUES ('0198b0a0-0000-7000-8000-00000000bbbb', DATE '2030-01-01', 1, 1)
            """);

        var (exitCode, said) = await CheckAsync(database);

        Assert.Equal(1, exitCode);
        Assert.Contains("BROKEN  bookings_match_reservations: 1 rows", said, StringComparison.Ordinal);
        Assert.Contains("0198b0a0-0000-7000-8000-00000000bbbb: 2030-01-01: 0 reserved, 1 counted", said, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Said)> CheckAsync(TestDatabase database)
    {
        await using var said = new StringWriter();
        var exitCode = await CheckCommand.RunAsync(database.ConnectionString, said, CancellationToken.None);
        return (exitCode, said.ToString());
    }
}
