using System.Net.Http.Json;
using Dapper;
using ReserveConnect.Tests.Booking;

namespace ReserveConnect.Tests.Injection;

/// <summary>Stays of one guest whose payment has failed, each of which can be tried again once.</summary>
internal static class FailedPayments
{
    // Every text may be done once, and there is one more when all are.
    private static readonly int Enough = InjectedText.All.Count + 4;

    /// <summary>Makes them, like a booking that is there. What Stripe tells of the new attempts would be rows of its own: it is kept from it.</summary>
    public static async Task<Queue<Guid>> PrepareAsync(Marketplace market, Guid like)
    {
        using var silent = await market.Stripe.PutAsJsonAsync("/control/webhooks", new { enabled = false });
        silent.EnsureSuccessStatusCode();
        await using var connection = await market.OpenAsync();
        return new(await connection.QueryAsync<Guid>(
            """
            WITH intent AS (
                INSERT INTO reserve.booking_intents
                    (id, city_id, property_id, unit_id, check_in, check_out, guests_adults, base_price, total_amount, quote, cancellation_policy,
                     status, expires_at, guest_email, guest_first_name, guest_last_name, created_at, updated_at)
                SELECT gen_random_uuid(), city_id, property_id, unit_id, check_in, check_out, guests_adults, total_amount, total_amount, quote, cancellation_policy,
                       'payment_pending', now() + interval '30 days', guest_email, guest_first_name, guest_last_name, now(), now()
                FROM reserve.booking_intents
                CROSS JOIN generate_series(1, @Enough)
                WHERE id = @like
                RETURNING id, total_amount)
            INSERT INTO reserve.payment_attempts (id, booking_intent_id, payment_method, provider, operation_id, amount, status, created_at, updated_at)
            SELECT gen_random_uuid(), id, 'credit_card', 'stripe', id || ':pay:1', total_amount, 'failed', now(), now()
            FROM intent
            RETURNING booking_intent_id
            """,
            new { Enough, like }));
    }
}
