using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Tests.Booking;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>Waiting until all money is where it is to be.</summary>
public sealed partial class MoneySequenceTests
{
    // Until nothing is on its way but what waits for a person.
    private Task SettledAsync() => Marketplace.EventuallyAsync(
        async () =>
        {
            await GiveUpAsync();
            // A call that is on its way when the clock moves has no answer in time: most of them are to have one.
            await Task.Delay(100);
            _market.Clock.Advance(TimeSpan.FromMinutes(30));
            foreach (var pending in (await _market.SentByPixAsync()).Where(p => p!["status"]!.GetValue<string>() is "pending" or "in_process"))
            {
                await _market.ControlAsync(_market.MercadoPago, $"/control/payouts/{pending!["id"]}/settle", new { outcome = "succeeded" });
            }

            await LookUpAsync();
            await RetryRefundsAsync();
            await ReleaseAsync();
            // What the clock does by itself: whatever has lost its saga gets it.
            await _market.RunJobAsync("expire_intents");
            await _market.RunJobAsync("attend_payouts");
            await _market.RunJobAsync("poll_pending_payments");
            return !(await Rows(OnTheirWay)).Any() && await UndeliveredAsync(_market.Stripe) + await UndeliveredAsync(_market.MercadoPago) + await UndeliveredAsync(_market.Host) == 0;
        },
        () => $"something is still on its way: {string.Join("; ", Rows(OnTheirWay).GetAwaiter().GetResult())}\n{_market.Complaints}");

    // A report that was signed before the clock moved is refused, and comes again.
    private static async Task<int> UndeliveredAsync(HttpClient system) =>
        JsonNode.Parse(await system.GetStringAsync("/control/webhooks"))!["pending"]!.GetValue<int>();

    // What the machine has given up somebody orders again.
    private async Task RetryRefundsAsync()
    {
        foreach (var id in await Rows("SELECT id::text FROM reserve.exceptions WHERE exception_type = 'refund_failed' AND status = 'open'"))
        {
            await AskAsync($"admin/exceptions/{id}/resolve", _other, new { action = "retry" });
        }
    }

    // What the Host has not taken nobody waits for any longer.
    private async Task GiveUpAsync()
    {
        foreach (var id in await Rows("SELECT id::text FROM reserve.exceptions WHERE exception_type = 'host_booking_failed' AND status = 'open'"))
        {
            await AskAsync($"admin/exceptions/{id}/resolve", _other, new { action = "cancel_and_refund" });
        }
    }

    // What came back holds its property until somebody has looked.
    private async Task ReleaseAsync()
    {
        await using var connection = await _market.OpenAsync();
        await connection.ExecuteAsync("UPDATE reserve.payout_settings SET held_since = NULL, held_reason = NULL WHERE held_since IS NOT NULL");
    }

    // What can no longer be asked for somebody looks up in the dashboard.
    private async Task LookUpAsync()
    {
        foreach (var line in await Rows("SELECT id || ' ' || tries FROM reserve.payouts WHERE status = 'processing' AND method = 'pix' AND pix_transfer_id IS NULL"))
        {
            var (id, tries) = (Guid.Parse(line.Split(' ')[0]), int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
            var reference = tries == 0 ? $"{id:N}" : $"{id:N}-{tries + 1}";
            var seen = (await _market.SentByPixAsync()).FirstOrDefault(p => p!["external_reference"]!.GetValue<string>() == reference && p["status"]!.GetValue<string>() != "rejected");
            await AskAsync($"admin/payouts/{id}/settle", _other, new { reason = "seen in the dashboard", transfer_id = seen?["id"]!.GetValue<string>() });
        }
    }
}
