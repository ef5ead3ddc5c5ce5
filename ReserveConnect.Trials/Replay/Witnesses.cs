using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Replay;

/// <summary>What others than our books say when all is over.</summary>
/// <param name="Received">What the providers have received by their own books, BRL.</param>
/// <param name="GivenBack">What they have given back, BRL.</param>
/// <param name="AtHost">Bookings that stand at the Host.</param>
/// <param name="Failed">Sagas, events and syncs that were given up, by kind.</param>
/// <param name="Ends">How each booking ended, by its code.</param>
internal sealed record Witnesses(
    decimal Received, decimal GivenBack, IReadOnlySet<Guid> AtHost, IReadOnlyDictionary<string, int> Failed, IReadOnlyDictionary<string, Ending> Ends)
{
    /// <summary>Hears them.</summary>
    /// <param name="world">Where.</param>
    /// <param name="since">UTC instant of its beginning.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Witnesses> HearAsync(TrialWorld world, DateTimeOffset since, CancellationToken cancellation)
    {
        var trouble = new Trouble(world);
        List<BookedCharge> charges = [.. await trouble.ChargesAsync(pix: true, since), .. await trouble.ChargesAsync(pix: false, since)];
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        return new(
            charges.Sum(charge => charge.Received),
            charges.Sum(charge => charge.Received - charge.Net),
            await AtHostAsync(world, since, cancellation),
            (await connection.QueryAsync<(string, int)>(
                """
                SELECT 'sagas' AS what, count(*)::int FROM durable.instances WHERE status IN (3, 4, 5)
                UNION ALL
                SELECT 'events', count(*)::int FROM reserve.events WHERE dead_lettered_at IS NOT NULL
                UNION ALL
                SELECT 'syncs', count(*)::int FROM reserve.sync_jobs WHERE status <> 'completed'
                """)).ToDictionary(),
            (await connection.QueryAsync<(string Code, string Status, Guid HostBookingId)>(
                "SELECT confirmation_code, status, host_booking_id FROM reserve.reservations"))
                .ToDictionary(row => row.Code, row => new Ending(row.Status, row.HostBookingId), StringComparer.Ordinal));
    }

    private static async Task<IReadOnlySet<Guid>> AtHostAsync(TrialWorld world, DateTimeOffset since, CancellationToken cancellation)
    {
        var from = Uri.EscapeDataString(since.ToString("O", CultureInfo.InvariantCulture));
        var bookings = (await world.HostConnect.GetFromJsonAsync<JsonArray>($"control/bookings?since={from}", cancellation))!;
        return bookings
            .Select(stored => stored!["booking"]!)
            .Where(booking => booking["status"]!.GetValue<string>() == "confirmed")
            .Select(booking => booking["id"]!.GetValue<Guid>())
            .ToHashSet();
    }
}

/// <summary>How a booking ended.</summary>
internal sealed record Ending(string Status, Guid HostBookingId);
