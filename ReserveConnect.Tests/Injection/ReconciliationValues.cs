using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Injection;

/// <summary>A reconciliation that waits for its provider's report, and findings that can be settled once each.</summary>
internal sealed class ReconciliationValues
{
    private static readonly string Day = $"{TimeProvider.System.GetUtcNow().AddDays(-20):yyyy-MM-dd}";

    private readonly Queue<Guid> _findings = new();
    private Guid _compared;

    /// <summary>Makes them.</summary>
    /// <param name="enough">Findings.</param>
    public static async Task<ReconciliationValues> PrepareAsync(Marketplace market, int enough)
    {
        var values = new ReconciliationValues { _compared = Guid.CreateVersion7() };
        var findings = Enumerable.Range(0, enough).Select(_ => Guid.CreateVersion7()).ToArray();
        findings.ToList().ForEach(values._findings.Enqueue);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.reconciliations (id, provider, book_date, status, window_from, window_to, requested_by, requested_at)
            VALUES (@_compared, 'stripe', '2020-01-01', 'done', '2020-01-01', '2020-01-02', 'test', now());

            INSERT INTO reserve.reconciliation_findings
                (id, reconciliation_id, provider, book_date, kind, movement, reference, currency, provider_amount, provider_fee, difference, found_at)
            SELECT f.id, @_compared, 'stripe', '2020-01-01', 'missing_in_ledger', 'topup', 'tu_' || f.id, 'BRL', 0.01, 0, 0.01, now()
            FROM unnest(@findings) f (id);

            INSERT INTO reserve.provider_transactions (provider, transaction_id, type, movement, reference, amount, fee, currency, occurred_at, taken_at)
            SELECT 'stripe', 'txn_' || f.id, 'topup', 'topup', 'tu_' || f.id, 0.01, 0, 'BRL', '2020-01-01', now()
            FROM unnest(@findings) f (id)
            """,
            new { values._compared, findings });
        // Ordered once more, it is the same one: it waits.
        await Marketplace.FaultAsync(
            market.MercadoPago, new { kind = "status", status = 200, body = Array.Empty<object>(), method = "GET", path = "/v1/account/settlement_report/list", count = (int?)null });
        var ordered = await market.PostAsync(
            "admin/reconciliations", new { provider = "mercado_pago", date = Day }, market.TokenOf(await market.SeedAsync("agent")));
        Assert.True((int)ordered.Status == 202, $"{ordered.Status}: {ordered.Body}");
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<string>("SELECT status FROM reserve.reconciliations WHERE book_date = @Day::date", new { Day }) == "running", () => "it does not begin");
        // It would give up after a while, and say so, in the midst of another call's effects.
        await market.Durable.SuspendInstanceAsync($"reconciliation-{await market.ReadAsync<Guid>("SELECT id FROM reserve.reconciliations WHERE book_date = '2020-01-02'")}");
        return values;
    }

    /// <summary>A right value for a place of an operation; null where it is none of these.</summary>
    public string? Of(string operation, string name) => (operation, name) switch
    {
        ("create_reconciliation", "provider") => "mercado_pago",
        ("create_reconciliation", "date") => Day,
        ("get_reconciliation", "id") => $"{_compared}",
        ("resolve_reconciliation_finding", "id") => $"{_findings.Peek()}",
        _ => null,
    };

    /// <summary>It succeeded, and does so with the same values no more.</summary>
    public void Done(string operation)
    {
        if (operation == "resolve_reconciliation_finding")
        {
            _findings.Dequeue();
        }
    }
}
