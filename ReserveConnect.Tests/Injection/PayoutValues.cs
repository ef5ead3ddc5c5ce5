using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Tests.Booking;

namespace ReserveConnect.Tests.Injection;

/// <summary>Properties that can be paid once each, and payouts that can be decided once each. All are large: nothing is sent while they wait.</summary>
internal sealed class PayoutValues
{
    private const decimal Large = 20_000m;

    private readonly Queue<Guid> _owed = new();
    private readonly Queue<Guid> _toApprove = new();
    private readonly Queue<Guid> _toReject = new();
    private Guid _paid;
    private readonly Queue<Guid> _toSettle = new();
    private DateOnly _until;

    /// <summary>Makes them.</summary>
    /// <param name="paid">A property of the owner who asks about it.</param>
    /// <param name="enough">Of each.</param>
    public static async Task<PayoutValues> PrepareAsync(Marketplace market, Guid paid, int enough)
    {
        var values = new PayoutValues();
        var properties = Enumerable.Range(0, 4 * enough).Select(_ => Guid.CreateVersion7()).ToArray();
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug, is_active, is_published)
            SELECT p.id, gen_random_uuid(), (SELECT id FROM reserve.cities LIMIT 1), 'Owed', p.id::text, false, false
            FROM unnest(@properties) AS p (id);

            INSERT INTO reserve.payout_settings (property_id, schedule, method, stripe_account_id, changed_by, destination_changed_at, changed_at)
            SELECT p.id, 'weekly', 'stripe', 'acct_1', 'test', now(), now()
            FROM unnest(@properties || @paid) AS p (id);

            SELECT reserve.post_ledger_transaction(
                gen_random_uuid(), 'owed:' || p.id, 'adjustment', 'BRL', NULL, NULL, p.id, NULL, NULL, NULL, NULL, '', 'test', '\x00', now() - interval '3 days', 'test',
                ARRAY[gen_random_uuid(), gen_random_uuid()], ARRAY['refund_expense', 'property_payable'], ARRAY['debit', 'credit'], ARRAY[@Large, @Large]::numeric[],
                ARRAY[NULL, p.id]::uuid[], ARRAY[NULL, NULL]::text[])
            FROM unnest(@properties || @paid) AS p (id);
            """,
            new { properties, paid, Large });
        var until = values._until = BookDays.Of(market.Clock.GetUtcNow()).AddDays(-1);
        var payouts = await market.Services.GetRequiredService<CalculatePayouts>().RunAsync(
            new("order:prepared", PayoutSchedule.Ordered, until, until, "test", null), [.. properties.Skip(enough)], CancellationToken.None);
        values._paid = (await market.Services.GetRequiredService<CalculatePayouts>().RunAsync(
            new("order:paid", PayoutSchedule.Ordered, until, until, "test", null), [paid], CancellationToken.None)).Single();
        // Approved, they still wait.
        await connection.ExecuteAsync("UPDATE reserve.payouts SET next_try_at = now() + interval '1 year'");
        properties.Take(enough).ToList().ForEach(values._owed.Enqueue);
        payouts.Take(enough).ToList().ForEach(values._toApprove.Enqueue);
        payouts.Skip(enough).Take(enough).ToList().ForEach(values._toReject.Enqueue);
        payouts.Skip(2 * enough).ToList().ForEach(values._toSettle.Enqueue);
        await connection.ExecuteAsync(
            """
            SELECT reserve.transition_payout(p.id, 'pending_approval', 'approved', 'test', 'test', now())
            FROM unnest(@toSettle) AS p (id);

            UPDATE reserve.payouts SET operation_id = id::text, asked_at = now() - interval '1 day', asks = 1 WHERE id = ANY(@toSettle);

            SELECT reserve.transition_payout(p.id, 'approved', 'processing', 'test', 'test', now())
            FROM unnest(@toSettle) AS p (id);
            """,
            new { toSettle = values._toSettle.ToArray() });
        return values;
    }

    /// <summary>A right value for a place of an operation; null where it is none of these.</summary>
    public string? Of(string operation, string name) => (operation, name) switch
    {
        ("create_payout", "property_id") => $"{_owed.Peek()}",
        ("create_payout", "until") => $"{_until:yyyy-MM-dd}",
        ("get_owner_payout_statement", "id") => $"{_paid}",
        ("get_payout" or "get_payout_statement" or "reject_payout", "id") => $"{_toReject.Peek()}",
        ("settle_payout", "id") => $"{_toSettle.Peek()}",
        ("approve_payout" or "retry_payout", "id") => $"{_toApprove.Peek()}",
        _ => null,
    };

    /// <summary>It succeeded, and does so with the same values no more.</summary>
    public void Done(string operation)
    {
        switch (operation)
        {
            case "create_payout":
                _owed.Dequeue();
                break;
            case "approve_payout":
                _toApprove.Dequeue();
                break;
            case "settle_payout":
                _toSettle.Dequeue();
                break;
            case "reject_payout":
                _toReject.Dequeue();
                break;
            default:
                break;
        }
    }
}
