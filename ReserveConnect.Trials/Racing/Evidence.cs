using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Racing;

/// <summary>Reads what is on record of a round's lanes, for all of them at once.</summary>
internal sealed class Evidence
{
    private readonly ILookup<Guid, AttemptRow> _attempts;
    private readonly ILookup<Guid, RefundRow> _refunds;
    private readonly ILookup<Guid, ReservationRow> _reservations;
    private readonly ILookup<Guid, BookedCharge> _charges;
    private readonly ILookup<Guid, HostFacts> _atHost;
    private readonly ILookup<Guid, NightRow> _nights;
    private readonly IReadOnlyDictionary<Guid, IntentRow> _intents;
    private readonly IReadOnlySet<Guid> _restless;
    private readonly IReadOnlyList<FailedRow> _failed;

    private Evidence(
        IEnumerable<IntentRow> intents, IEnumerable<AttemptRow> attempts, IEnumerable<RefundRow> refunds, IEnumerable<ReservationRow> reservations,
        IEnumerable<NightRow> nights, IEnumerable<FailedRow> failed, IReadOnlyList<BookedCharge> charges, IReadOnlyList<AtHostRow> atHost, IReadOnlySet<Guid> restless)
    {
        _failed = [.. failed];
        _intents = intents.ToDictionary(row => row.Id);
        _attempts = attempts.ToLookup(row => row.BookingIntentId);
        _refunds = refunds.ToLookup(row => row.BookingIntentId);
        _reservations = reservations.ToLookup(row => row.BookingIntentId);
        _nights = nights.ToLookup(row => row.UnitId);
        _charges = charges.Where(charge => charge.IntentId is not null).ToLookup(charge => charge.IntentId!.Value);
        _atHost = atHost.Where(booking => booking.IntentId is not null).Select(booking => booking.Facts).ToLookup(booking => booking.IntentId);
        _restless = restless;
        Strays =
        [
            .. charges.Where(charge => charge.IntentId is not { } intent || !_intents.ContainsKey(intent)).Select(charge => $"charge {charge.Id} is of no intent of the round"),
            .. atHost.Where(booking => booking.IntentId is not { } intent || !_intents.ContainsKey(intent)).Select(booking => $"booking {booking.Facts.Id} at the Host is of no intent of the round"),
            .. _failed.Where(row => row.IntentId is not { } intent || !_intents.ContainsKey(intent)).Select(row => row.What),
        ];
    }

    /// <summary>What belongs to no lane and should not be.</summary>
    public IReadOnlyList<string> Strays { get; }

    /// <summary>Reads it all.</summary>
    /// <param name="since">When the round began.</param>
    /// <param name="restless">Intents that did not come to rest.</param>
    public static async Task<Evidence> ReadAsync(
        TrialWorld world, IReadOnlyList<Lane> lanes, DateTimeOffset since, IReadOnlySet<Guid> restless, CancellationToken cancellation)
    {
        var ids = lanes.SelectMany(lane => lane.Held).Select(held => held.IntentId).ToArray();
        var stays = lanes.Select(lane => lane.Stay).OfType<TrialStay>().ToList();
        var trouble = new Trouble(world);
        await using var connection = await world.Records.OpenConnectionAsync(cancellation);
        await using var rows = await connection.QueryMultipleAsync(new CommandDefinition(
            """
            SELECT i.id, i.status, i.total_amount, i.check_in, i.check_out, i.host_booking_id,
                   (SELECT count(*) FROM reserve.audit_logs a WHERE a.entity_type = 'booking_intent' AND a.entity_id = i.id AND a.to_status = 'confirmed')::int AS confirmations,
                   (SELECT count(*) FROM reserve.audit_logs a WHERE a.entity_type = 'booking_intent' AND a.entity_id = i.id AND a.from_status = 'confirmed')::int AS moves_after_end,
                   (SELECT count(*) FROM reserve.audit_logs a WHERE a.entity_type = 'booking_intent' AND a.entity_id = i.id AND a.from_status IN ('cancelled', 'expired'))::int AS revivals,
                   EXISTS (SELECT 1 FROM reserve.events e WHERE e.aggregate_type = 'booking_intent' AND e.aggregate_id = i.id AND e.event_type = 'booking.waits_for_host') AS has_waited
            FROM reserve.booking_intents i
            WHERE i.id = ANY(@ids);

            SELECT a.booking_intent_id, a.status, a.provider_payment_intent_id AS provider_id, coalesce(a.amount_received, 0) AS received,
                   coalesce((
                       SELECT sum(l.amount)
                       FROM reserve.ledger_transactions t
                       JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.direction = 'debit'
                       WHERE t.business_key = 'payment:' || a.id), 0) AS in_the_books
            FROM reserve.payment_attempts a
            WHERE a.booking_intent_id = ANY(@ids);

            SELECT f.booking_intent_id, f.status, f.provider_refund_id, f.amount,
                   coalesce((
                       SELECT sum(l.amount)
                       FROM reserve.ledger_transactions t
                       JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.direction = 'debit'
                       WHERE t.business_key = 'refund:' || f.id), 0) AS in_the_books
            FROM reserve.refunds f
            WHERE f.booking_intent_id = ANY(@ids);

            SELECT booking_intent_id, host_booking_id, check_in, check_out, status
            FROM reserve.reservations
            WHERE booking_intent_id = ANY(@ids);

            SELECT c.unit_id, c.date, c.allotment::int AS rooms, c.bookings_count::int AS booked, c.temp_holds::int AS held
            FROM unnest(@units, @checkIns, @checkOuts) AS s (unit_id, check_in, check_out)
            JOIN reserve.availability_calendar c ON c.unit_id = s.unit_id AND c.date >= s.check_in AND c.date < s.check_out;

            SELECT CASE WHEN instance_id LIKE '________-____-____-____-____________' THEN instance_id::uuid END AS intent_id, 'saga ' || instance_id || ' failed' AS what
            FROM durable.instances
            WHERE status NOT IN (0, 1, 6, 7)
              AND created_at >= @since
            UNION ALL
            SELECT CASE WHEN e.aggregate_type = 'booking_intent' THEN e.aggregate_id END,
                   'event ' || e.event_type || ' of ' || e.aggregate_type || ' ' || e.aggregate_id || ' was set aside: ' || coalesce(e.last_error, '')
            FROM reserve.events e
            WHERE e.dead_lettered_at >= @since
            """,
            new
            {
                ids,
                since,
                units = stays.Select(stay => stay.UnitId).ToArray(),
                checkIns = stays.Select(stay => stay.CheckIn).ToArray(),
                checkOuts = stays.Select(stay => stay.CheckOut).ToArray(),
            },
            cancellationToken: cancellation));
        return new Evidence(
            await rows.ReadAsync<IntentRow>(),
            await rows.ReadAsync<AttemptRow>(),
            await rows.ReadAsync<RefundRow>(),
            await rows.ReadAsync<ReservationRow>(),
            await rows.ReadAsync<NightRow>(),
            await rows.ReadAsync<FailedRow>(),
            [.. await trouble.ChargesAsync(pix: false, since), .. await trouble.ChargesAsync(pix: true, since)],
            await AtHostAsync(world, since, cancellation),
            restless);
    }

    /// <summary>What is on record of one lane.</summary>
    public Facts Of(Lane lane) => new(
        [.. lane.Held.Select(held => Of(_intents[held.IntentId]) with { Agreed = lane.Agreed.GetValueOrDefault(held.IntentId) })],
        lane.Stay is not { } stay
            ? []
            : [.. _nights[stay.UnitId].Where(n => n.Date >= stay.CheckIn && n.Date < stay.CheckOut).OrderBy(n => n.Date).Select(n => new NightFacts(n.Date, n.Rooms, n.Booked, n.Held))],
        [.. lane.Held.SelectMany(held => _atHost[held.IntentId])]);

    private IntentFacts Of(IntentRow row) => new(
        row.Id,
        row.Status,
        row.TotalAmount,
        row.CheckIn,
        row.CheckOut,
        row.Confirmations,
        row.MovesAfterEnd,
        row.Revivals,
        row.HostBookingId,
        _restless.Contains(row.Id),
        _failed.Any(failed => failed.IntentId == row.Id),
        [.. _attempts[row.Id].Select(a => new AttemptFacts(a.Status, a.ProviderId, a.Received, a.InTheBooks))],
        [.. _refunds[row.Id].Select(f => new RefundFacts(f.Status, f.ProviderRefundId, f.Amount, f.InTheBooks))],
        [.. _reservations[row.Id].Select(r => new ReservationFacts(r.HostBookingId, r.CheckIn, r.CheckOut, r.Status))],
        [.. _charges[row.Id]])
    {
        HasWaited = row.HasWaited,
    };

    private static async Task<IReadOnlyList<AtHostRow>> AtHostAsync(TrialWorld world, DateTimeOffset since, CancellationToken cancellation)
    {
        var bookings = (await world.HostConnect.GetFromJsonAsync<JsonArray>($"control/bookings?since={Uri.EscapeDataString($"{since:O}")}", cancellation))!;
        return
        [
            .. from stored in bookings
               let booking = stored!["booking"]!
               let intent = Guid.TryParse(booking["channel_reference"]?.GetValue<string>(), out var named) ? named : (Guid?)null
               select new AtHostRow(
                   intent,
                   new HostFacts(
                       booking["id"]!.GetValue<Guid>(),
                       intent ?? Guid.Empty,
                       booking["status"]!.GetValue<string>() == "confirmed",
                       DateOnly.Parse(booking["check_in"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture),
                       DateOnly.Parse(booking["check_out"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture))),
        ];
    }

    private sealed record AtHostRow(Guid? IntentId, HostFacts Facts);

    private sealed record FailedRow(Guid? IntentId, string What);

    private sealed record IntentRow(
        Guid Id, string Status, decimal TotalAmount, DateOnly CheckIn, DateOnly CheckOut, Guid? HostBookingId, int Confirmations, int MovesAfterEnd, int Revivals, bool HasWaited);

    private sealed record AttemptRow(Guid BookingIntentId, string Status, string? ProviderId, decimal Received, decimal InTheBooks);

    private sealed record RefundRow(Guid BookingIntentId, string Status, string? ProviderRefundId, decimal Amount, decimal InTheBooks);

    private sealed record ReservationRow(Guid BookingIntentId, Guid HostBookingId, DateOnly CheckIn, DateOnly CheckOut, string Status);

    private sealed record NightRow(Guid UnitId, DateOnly Date, int Rooms, int Booked, int Held);
}
