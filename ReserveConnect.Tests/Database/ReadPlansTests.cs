using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Inventory;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>
/// What policies cost: nothing for the service, whose plans are those of a table without any; and for callers no scan of a
/// table that grows. The planner is told to avoid scans, so that one that is left is one that it cannot avoid.
/// </summary>
public sealed partial class ReadPlansTests(SeededDatabase seeded) : IClassFixture<SeededDatabase>
{
    private const string Month =
        """
        SELECT date, is_available, effective_allotment
        FROM reserve.availability_calendar
        WHERE unit_id = '0198b0a0-0000-7000-8000-0000000000aa'
          AND date >= DATE '2030-01-01'
          AND date < DATE '2030-02-01'
        ORDER BY date
        """;

    private const string Unit =
        """
        SELECT r.base_price
        FROM reserve.unit_map u
        JOIN reserve.properties_map p ON p.id = u.property_id
        JOIN reserve.cities c ON c.id = p.city_id
        JOIN reserve.rate_plans r ON r.unit_id = u.id AND NOT r.is_season
        WHERE u.id = '0198b0a0-0000-7000-8000-0000000000aa'
          AND c.is_active
          AND u.is_active
          AND p.is_active
          AND p.is_published
        """;

    private const string Property =
        $"""
        SELECT u.id, r.base_price, {UnitOfferSql.Seasons} AS seasons
        FROM reserve.properties_map p
        JOIN reserve.unit_map u ON u.property_id = p.id
        JOIN reserve.rate_plans r ON r.unit_id = u.id AND NOT r.is_season
        WHERE p.slug = 'a'
          AND u.is_active
        """;

    private const string Intent = "SELECT * FROM reserve.booking_intents WHERE id = '0198b0a0-0000-7000-8000-0000000001aa'";

    private const string Reservation =
        """
        SELECT r.*, p.name, u.name
        FROM reserve.reservations r
        JOIN reserve.properties_map p ON p.id = r.property_id
        JOIN reserve.unit_map u ON u.id = r.unit_id
        WHERE r.confirmation_code = 'RC-00000001'
        """;

    private const string Payment =
        """
        SELECT a.id, x.copy_paste_code, r.confirmation_code
        FROM reserve.payment_attempts a
        JOIN reserve.booking_intents i ON i.id = a.booking_intent_id
        LEFT JOIN reserve.pix_transactions x ON x.payment_attempt_id = a.id
        LEFT JOIN reserve.reservations r ON r.id = i.reservation_id
        WHERE a.booking_intent_id = '0198b0a0-0000-7000-8000-0000000001aa'
        ORDER BY a.id DESC
        LIMIT 1
        """;

    private const string Nights =
        """
        UPDATE reserve.availability_calendar
        SET temp_holds = temp_holds + 1
        WHERE unit_id = '0198b0a0-0000-7000-8000-0000000000aa'
          AND date = DATE '2030-01-01'
          AND is_available
          AND effective_allotment > 0
        """;

    private const string Queue =
        """
        SELECT id
        FROM reserve.events
        WHERE processed_at IS NULL
          AND dead_lettered_at IS NULL
          AND available_at <= now()
        ORDER BY sequence
        LIMIT 10
        FOR UPDATE SKIP LOCKED
        """;

    public static TheoryData<string> OfTheService => [Month, Unit, Property, Intent, Reservation, Payment, Nights, Queue];

    public static TheoryData<ActorKind, string> OfCallers => new()
    {
        { ActorKind.Anonymous, Month },
        { ActorKind.Anonymous, Unit },
        { ActorKind.Anonymous, Property },
        { ActorKind.Guest, Month },
        { ActorKind.Guest, Intent },
        { ActorKind.Guest, Reservation },
        { ActorKind.Guest, Payment },
        { ActorKind.Guest, "SELECT * FROM reserve.reservations" },
        { ActorKind.Guest, "SELECT * FROM reserve.payment_attempts" },
        { ActorKind.Guest, "SELECT * FROM reserve.pix_transactions" },
        { ActorKind.Guest, "SELECT * FROM reserve.refunds" },
        { ActorKind.Owner, "SELECT confirmation_code, check_in, guest_phone FROM reserve.reservations" },
        { ActorKind.Owner, Month },
    };

    [Theory]
    [MemberData(nameof(OfTheService))]
    public async Task The_service_has_the_plan_of_one_who_is_above_policies(string sql)
    {
        await using var above = new NpgsqlConnection(seeded.ConnectionString);
        await above.OpenAsync();
        await using var service = await seeded.Database.OpenAsync(CancellationToken.None);

        Assert.Equal(await PlanAsync(above, sql), await PlanAsync(service, sql));
    }

    [Theory]
    [MemberData(nameof(OfCallers))]
    public async Task A_caller_s_read_scans_no_table_that_grows(ActorKind kind, string sql)
    {
        var actor = new Actor(kind, kind == ActorKind.Owner ? SeededRows.OwnerA : null, kind == ActorKind.Guest ? SeededRows.IntentA : null);

        var plan = await seeded.Database.ReadAsync(actor, connection => PlanAsync(connection, sql), CancellationToken.None);

        Assert.DoesNotContain(Scan().Matches(plan).Select(match => match.Groups["table"].Value), table => table != "cities");
        Assert.Matches("Index (Only )?Scan", plan);
    }

    private static async Task<string> PlanAsync(NpgsqlConnection connection, string sql)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new("SET enable_seqscan = off"), new($"EXPLAIN (COSTS OFF) {sql}"), new("RESET enable_seqscan") },
        };
        await using var reader = await batch.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }

    [GeneratedRegex(@"Seq Scan on (?<table>\w+)")]
    private static partial Regex Scan();
}
