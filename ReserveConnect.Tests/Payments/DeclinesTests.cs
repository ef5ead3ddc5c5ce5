using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Payments;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>A decline is heard of by an event, by asking the provider, or both, in any order: a guest has three, no fewer.</summary>
public sealed class DeclinesTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Whatever_way_and_order_they_are_heard_of_in_each_counts_once(params bool[] areCharged)
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var payment = await OpenAsync();
            // Asking shows the latest one alone; one before it is shown by what was asked before and is late.
            var hearings = Enumerable.Range(0, areCharged.Length).SelectMany(n => new[] { (n, IsEvent: true), (n, IsEvent: false) }).ToArray();
            new Random(seed).Shuffle(hearings);
            var (charged, uncharged, events) = (new HashSet<int>(), new HashSet<int>(), 0);
            foreach (var (number, isEvent) in hearings)
            {
                var charge = areCharged[number] ? $"ch_{payment.Attempt:N}{number}" : null;
                if (isEvent)
                    await StoreAsync(payment, number, charge);
                (charge is null ? uncharged : charged).Add(number);
                events += charge is null && isEvent ? 1 : 0;
                await CountAsync(payment, charge);

                // Which of those without a charge it is, only events tell.
                var known = charged.Count + Math.Max(events, uncharged.Count > 0 ? 1 : 0);
                var counted = await market.ReadAsync<int>("SELECT payment_failures FROM reserve.booking_intents WHERE id = @Intent", payment);
                Assert.True(counted == known, $"seed {seed}: {counted}, not {known}, in {string.Join(", ", hearings)}");
            }

            Assert.Equal(areCharged.Length, charged.Count + events);
            await market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{payment.Intent}"));
        }
    }

    private async Task<OpenCharge> OpenAsync()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await market.BeginPaymentAsync(held, "card");
        return new(
            held.IntentId,
            await market.ReadAsync<Guid>("SELECT id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", held),
            await market.ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", held));
    }

    private async Task StoreAsync(OpenCharge payment, int number, string? charge)
    {
        await using var connection = new NpgsqlConnection(market.ConnectionString);
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.webhook_events (id, provider, provider_event_id, event_type, object_id, payload, received_at)
            VALUES (gen_random_uuid(), 'stripe', @eventId, 'payment_intent.payment_failed', @Id,
                    jsonb_build_object('data', jsonb_build_object('object', jsonb_build_object('last_payment_error', jsonb_build_object('charge', @charge::text)))), now())
            """,
            new { eventId = $"evt_{payment.Attempt:N}{number}", payment.Id, charge });
    }

    private Task CountAsync(OpenCharge payment, string? charge) =>
        market.Services.GetRequiredService<ReserveDatabase>().TransactAsync(
            unit => Declines.CountAsync(
                unit, payment.Intent, payment.Attempt, new(MoneyState.Declined, payment.Id, 0m, "BRL") { ChargeId = charge }, market.Clock.GetUtcNow(),
                market.Services.GetRequiredService<IOptions<BookingOptions>>().Value),
            CancellationToken.None);

    private sealed record OpenCharge(Guid Intent, Guid Attempt, string Id);
}
