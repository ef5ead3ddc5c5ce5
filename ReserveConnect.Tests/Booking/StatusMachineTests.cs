using Dapper;
using Npgsql;
using ReserveConnect.Booking;
using ReserveConnect.Payments;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Booking;

public sealed class StatusMachineTests(MigratedDatabase fixture) : IClassFixture<MigratedDatabase>
{
    public static TheoryData<string> Machines => ["booking_intent", "payment_attempt", "refund", "reservation", "cancellation", "dispute"];

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Code_and_database_know_the_same_moves(string machine)
    {
        var moves = machine switch
        {
            "booking_intent" => BookingIntentStatus.Moves,
            "payment_attempt" => PaymentAttemptStatus.Moves,
            "dispute" => DisputeStatus.Moves,
            "reservation" => ReservationStatus.Moves,
            "cancellation" => CancellationStatus.Moves,
            _ => RefundStatus.Moves,
        };
        await using var connection = new NpgsqlConnection(fixture.ConnectionString);

        var stored = await connection.QueryAsync<(string From, string To)>(
            "SELECT from_status, to_status FROM reserve.status_transitions WHERE machine = @machine", new { machine });

        Assert.Equal(moves.Order(), stored.Order());
    }

    [Fact]
    public async Task Every_move_is_legal_or_raises_and_changes_nothing()
    {
        await using var connection = new NpgsqlConnection(fixture.ConnectionString);
        await connection.OpenAsync();
        var intent = await SomeIntentAsync(connection);
        string[] statuses =
        [
            "created", "payment_pending", "payment_confirmed", "host_commit_pending", "confirmed", "host_commit_failed",
            "refund_pending", "cancelled", "expired",
        ];
        foreach (var from in statuses)
        {
            foreach (var to in statuses)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await connection.ExecuteAsync(
                    """
                    ALTER TABLE reserve.booking_intents DISABLE TRIGGER booking_intents_status;
                    UPDATE reserve.booking_intents SET status = @from WHERE id = @intent;
                    ALTER TABLE reserve.booking_intents ENABLE TRIGGER booking_intents_status
                    """,
                    new { from, intent });
                var isLegal = BookingIntentStatus.Moves.Contains((from, to));
                try
                {
                    Assert.True(await MoveAsync(connection, intent, from, to));
                    Assert.True(isLegal, $"{from} -> {to} went through");
                    Assert.Equal(1, await connection.ExecuteScalarAsync<long>(
                        "SELECT count(*) FROM reserve.audit_logs WHERE entity_id = @intent AND from_status = @from AND to_status = @to", new { intent, from, to }));
                }
                catch (PostgresException refused) when (refused.SqlState == "RC001")
                {
                    Assert.False(isLegal, $"{from} -> {to} was refused");
                }

                await transaction.RollbackAsync();
            }
        }
    }

    [Fact]
    public async Task A_move_from_where_the_row_is_not_moves_nothing()
    {
        await using var connection = new NpgsqlConnection(fixture.ConnectionString);
        await connection.OpenAsync();
        var intent = await SomeIntentAsync(connection);

        Assert.False(await MoveAsync(connection, intent, "payment_pending", "payment_confirmed"));

        Assert.Equal("created", await connection.ExecuteScalarAsync<string>("SELECT status FROM reserve.booking_intents WHERE id = @intent", new { intent }));
    }

    [Fact]
    public async Task A_status_does_not_change_past_its_transition_function()
    {
        await using var connection = new NpgsqlConnection(fixture.ConnectionString);
        await connection.OpenAsync();
        var intent = await SomeIntentAsync(connection);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(
            "UPDATE reserve.booking_intents SET status = 'cancelled' WHERE id = @intent", new { intent }));

        Assert.Equal("RC001", refused.SqlState);
    }

    private static Task<bool> MoveAsync(NpgsqlConnection connection, Guid intent, string from, string to) =>
        connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_booking_intent(@intent, @from, @to, 'test', 'test', now())", new { intent, from, to });

    private static async Task<Guid> SomeIntentAsync(NpgsqlConnection connection)
    {
        var (property, unit, intent) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug)
            SELECT @property, @property, id, 'Pousada', @property::text FROM reserve.cities WHERE slug = 'urubici';

            INSERT INTO reserve.unit_map (id, host_unit_id, property_id, name, slug, max_occupancy, base_capacity)
            VALUES (@unit, @unit, @property, 'Quarto', 'quarto', 2, 2);

            INSERT INTO reserve.booking_intents
                (id, city_id, property_id, unit_id, check_in, check_out, base_price, total_amount, quote, cancellation_policy, expires_at,
                 guest_email, guest_first_name, guest_last_name, created_at, updated_at)
            SELECT @intent, id, @property, @unit, '2030-01-01', '2030-01-02', 100, 100, '{}', '{}', now(), 'a@b.c', 'A', 'B', now(), now()
            FROM reserve.cities WHERE slug = 'urubici'
            """,
            new { property, unit, intent });
        return intent;
    }
}
