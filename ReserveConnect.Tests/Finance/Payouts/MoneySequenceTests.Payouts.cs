using System.Net.Http.Json;
using Dapper;
using ReserveConnect.Tests.Booking;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>What staff order of payouts, and what providers make of it.</summary>
public sealed partial class MoneySequenceTests
{
    private async Task AdjustAsync(Random chance)
    {
        var (property, sides) = (await PropertyAsync(chance), chance.Next(2) == 0 ? ("debit", "credit") : ("credit", "debit"));
        await AskAsync("admin/ledger", _one, new
        {
            reason = "by chance",
            entries = new object[]
            {
                new { account = "property_payable", direction = sides.Item1, amount = 40m, account_id = property },
                new { account = "refund_expense", direction = sides.Item2, amount = 40m },
            },
        });
    }

    private Task RunAsync(Random chance) => _market.RunJobAsync("run_payouts");

    private async Task OrderAsync(Random chance) =>
        await AskAsync("admin/payouts", _one, new { property_id = await PropertyAsync(chance) });

    private Task ApproveAsync(Random chance) => WithPayoutAsync("status = 'pending_approval'", (id, version) =>
        AskAsync($"admin/payouts/{id}/approve", _other, new { version }));

    private Task RejectAsync(Random chance) => WithPayoutAsync("status IN ('pending_approval', 'failed', 'approved')", (id, _) =>
        AskAsync($"admin/payouts/{id}/reject", _one, new { reason = "by chance" }));

    private Task RetryAsync(Random chance) => WithPayoutAsync("status = 'failed'", (id, _) =>
        AskAsync($"admin/payouts/{id}/retry", _one, new { }));

    private Task ReturnAsync(Random chance) => WithPayoutAsync("status = 'completed'", async (id, _) =>
    {
        var transfer = await _market.ReadAsync<string>("SELECT coalesce(stripe_transfer_id, pix_transfer_id) FROM reserve.payouts WHERE id = @id", new { id });
        // All of it, or what was less than a real.
        var cents = chance.Next(2) == 0 ? (int?)null : 1 + chance.Next(99);
        using var request = transfer.StartsWith("tr_", StringComparison.Ordinal)
            ? new HttpRequestMessage(HttpMethod.Post, new Uri(_market.Stripe.BaseAddress!, $"/v1/transfers/{transfer}/reversals"))
            {
                Content = new FormUrlEncodedContent(cents is null ? [] : new Dictionary<string, string> { ["amount"] = $"{cents}" }),
                Headers = { Authorization = new("Bearer", "sk_test_sandbox") },
            }
            : new HttpRequestMessage(HttpMethod.Post, new Uri(_market.MercadoPago.BaseAddress!, $"/control/payouts/{transfer}/settle")) { Content = JsonContent.Create(new { outcome = "returned", amount = cents / 100m }) };
        using var answer = await _market.Stripe.SendAsync(request);
    });

    private async Task FailAsync(Random chance)
    {
        var kind = new[] { "time_out_after_work", "cut_before_work", "cut_after_work" }[chance.Next(3)];
        await (chance.Next(4) switch
        {
            0 => Marketplace.FaultAsync(_market.Stripe, new { kind, method = "POST", path = "/v1/transfers", count = 2 }),
            1 => Marketplace.FaultAsync(_market.MercadoPago, new { kind, method = "POST", path = "/v1/transaction-intents/process", count = 2 }),
            2 => _market.ControlAsync(_market.MercadoPago, "/control/payouts/behaviour", new { outcome = "rejected", reason = "by_bank", count = 1 }),
            _ => _market.ControlAsync(_market.MercadoPago, "/control/payouts/behaviour", new { outcome = "pending", count = 1 }),
        });
    }

    private async Task WithPayoutAsync(string condition, Func<Guid, int, Task> act)
    {
        await using var connection = await _market.OpenAsync();
        if (await connection.QueryFirstOrDefaultAsync<(Guid Id, int Version)?>($"SELECT id, version FROM reserve.payouts WHERE {condition} ORDER BY random() LIMIT 1") is { } found)
        {
            await act(found.Id, found.Version);
        }
    }

    private Task<Guid> PropertyAsync(Random chance) => _market.ReadAsync<Guid>(
        """
        SELECT account_id
        FROM (
            SELECT account_id, row_number() OVER (ORDER BY account_id) AS nr, count(*) OVER () AS count
            FROM (SELECT DISTINCT account_id FROM reserve.financial_ledger WHERE account = 'property_payable') p) n
        WHERE nr = 1 + @roll % count
        """,
        new { roll = chance.Next(1_000) });
}
