using System.Net;
using Dapper;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Booking.Modifications;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>What guests do, and what becomes of it at the Host.</summary>
public sealed partial class MoneySequenceTests
{
    private const int LooksAtABooking = 20;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(25);

    private async Task BookAsync(Random chance)
    {
        var answer = await _market.AskForHoldAsync(await SoonAsync(chance, 2 + chance.Next(2)));
        if (answer.Status == HttpStatusCode.Created)
        {
            await PayAsync(chance, answer.Body["booking_intent_id"]!.GetValue<Guid>(), null);
        }
    }

    private Task CancelAsync(Random chance) => WithBookingAsync(chance, "true", booking => _market.CancelAsync(booking));

    private Task GiveAsync(Random chance) => WithBookingAsync(chance, "true", booking => AskAsync(
        $"admin/reservations/{booking.ReservationId}/refund", _one,
        new { amount = 1m + (chance.Next(1, 4_000) / 100m), reason = "by chance", charged_to = chance.Next(2) == 0 ? "property" : "platform" }));

    private Task ShortenAsync(Random chance) => MoveAsync(chance, -1);

    private Task LengthenAsync(Random chance) => MoveAsync(chance, 1);

    private Task MoveAsync(Random chance, int days) => WithBookingAsync(chance, "status = 'confirmed' AND check_in > @today", async booking =>
    {
        var until = await _market.ReadAsync<DateTime>("SELECT check_out FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });
        var answer = await _market.AskToMoveAsync(booking, new { check_out = DateOnly.FromDateTime(until).AddDays(days) });
        // Now and then a guest thinks better of it.
        if (answer.Status == HttpStatusCode.Accepted && answer.Body["price"]!["amount_due"]!.GetValue<decimal>() > 0 && chance.Next(6) > 0)
        {
            await PayAsync(chance, answer.Body["booking_intent_id"]!.GetValue<Guid>(), booking.Held.IntentId);
        }
    });

    // Waits a moment: what the Host is silent about stays under way, and others go on.
    private async Task PayAsync(Random chance, Guid intentId, Guid? changes)
    {
        var method = chance.Next(2) == 0 ? "card" : "pix";
        var payment = (await _market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{intentId}/payments/{method}")
        {
            Headers = { Authorization = new("Bearer", _market.TokenOf(changes ?? intentId)) },
        })).Body;
        if (payment["provider_payment_id"] is null || (method == "card" && payment["client_secret"] is null))
        {
            return;
        }

        _ = method == "pix" ? await _market.PayPixAsync(payment) : await _market.ConfirmCardAsync(payment);
        for (var looks = 0; looks < LooksAtABooking && await _market.StatusAsync(intentId) is not ("confirmed" or "cancelled" or "expired" or "refund_pending" or "host_commit_failed"); looks++)
        {
            await Task.Delay(BetweenLooks);
        }
    }

    // Somebody decides on what the Host did not take before the time for it is over.
    private async Task DecideAsync(Random chance)
    {
        foreach (var id in (await Rows("SELECT id::text FROM reserve.exceptions WHERE exception_type = 'host_booking_failed' AND status = 'open'")).Take(1))
        {
            await AskAsync($"admin/exceptions/{id}/resolve", _other, new { action = chance.Next(2) == 0 ? "retry" : "cancel_and_refund" });
        }
    }

    private async Task FailBookingAsync(Random chance)
    {
        var kind = new[] { "time_out_after_work", "cut_before_work", "cut_after_work" }[chance.Next(3)];
        await (chance.Next(4) switch
        {
            0 => _market.ControlAsync(_market.Host, "/control/bookings/refuse", new { count = 1 }),
            1 => Marketplace.FaultAsync(_market.Host, new { kind, method = "POST", path = "/v1/bookings", count = 1 + chance.Next(2) }),
            2 => Marketplace.FaultAsync(_market.Host, new { kind, method = "PATCH", path = "/v1/bookings/*", count = 1 + chance.Next(2) }),
            _ => _market.ControlAsync(_market.Stripe, "/control/refunds/behaviour", new { outcome = "failed", count = 1 }),
        });
    }

    private async Task<Stay> SoonAsync(Random chance, int nights)
    {
        await using var connection = await _market.OpenAsync();
        return await connection.QueryFirstAsync<Stay>(
            """
            SELECT c.unit_id, c.date AS check_in, c.date + @nights AS check_out
            FROM (
                SELECT *
                FROM reserve.availability_calendar
                WHERE date BETWEEN @today + 2 AND @today + @lastArrival
                ORDER BY hashtextextended(unit_id::text, (date - date '2000-01-01')::bigint + @roll)
                OFFSET 0) c
            WHERE c.min_stay <= @nights
              AND NOT c.closed_to_arrival
              AND @nights = (
                  SELECT count(*)
                  FROM reserve.availability_calendar n
                  WHERE n.unit_id = c.unit_id
                    AND n.date >= c.date
                    AND n.date < c.date + @nights
                    AND n.is_available
                    AND n.effective_allotment > 0)
            LIMIT 1
            """,
            new { nights, lastArrival = _lastArrival, roll = chance.Next(), today = Today });
    }

    private DateOnly Today => DateOnly.FromDateTime(_market.Clock.GetUtcNow().UtcDateTime);

    private async Task WithBookingAsync(Random chance, string condition, Func<Stands, Task> act)
    {
        await using var connection = await _market.OpenAsync();
        var all = (await connection.QueryAsync<(Guid IntentId, string Code, Guid Id)>(
            $"SELECT booking_intent_id, confirmation_code, id FROM reserve.reservations WHERE {condition} ORDER BY id", new { today = Today })).AsList();
        if (all.Count > 0)
        {
            var (intentId, code, id) = all[chance.Next(all.Count)];
            await act(new(new(intentId, new(Guid.Empty, default, default), 0), code, id));
        }
    }
}
