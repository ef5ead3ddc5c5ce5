using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers;

public class RetryTests : ProviderTests
{
    private const string Refund = """{"id":"re_1","status":"succeeded","amount":5000,"currency":"brl","payment_intent":"pi_1"}""";

    private static readonly CreateCardRefund FiftyReais = new(Guid.CreateVersion7(), "pi_1", 50m, "BRL");

    [Fact]
    public async Task A_write_is_repeated_under_the_same_key_until_it_is_done()
    {
        await using var server = new FaultServer(FaultServer.Cut(), FaultServer.Answer(503, ""), FaultServer.Answer(200, Refund));
        await using var clients = Connect(server.Url);

        var answer = await clients.Stripe.CreateRefund(FiftyReais, "refund-7", CancellationToken.None);

        Assert.Equal(50m, answer.ValueOrNull?.Amount);
        Assert.Equal(["refund-7", "refund-7", "refund-7"], server.Requests.Select(request => request.Headers["Idempotency-Key"]));
        Assert.Single(server.Requests.Select(request => request.Text).Distinct());
    }

    [Fact]
    public async Task Retries_end()
    {
        await using var server = new FaultServer(FaultServer.Answer(500, ""));
        await using var clients = Connect(server.Url, ("Retries", "3"));

        Assert.IsType<ProviderAnswer<CardRefund>.Unknown>(await clients.Stripe.CreateRefund(FiftyReais, "r", CancellationToken.None));
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task A_refusal_is_not_repeated()
    {
        await using var server = new FaultServer(FaultServer.Answer(402, """{"error":{"type":"card_error","code":"card_declined"}}"""));
        await using var clients = Connect(server.Url);

        var answer = await clients.Stripe.CreateRefund(FiftyReais, "r", CancellationToken.None);
        Assert.Equal("card_declined", Assert.IsType<ProviderAnswer<CardRefund>.Refused>(answer).Code);
        Assert.Single(server.Requests);
    }

    /// <summary>The first try may have refunded; that the second was turned away does not undo it.</summary>
    [Theory]
    [InlineData(429)]
    [InlineData(401)]
    public async Task After_a_try_without_answer_a_later_clear_failure_proves_nothing(int status)
    {
        await using var server = new FaultServer(FaultServer.Cut(), FaultServer.Answer(status, ""));
        await using var clients = Connect(server.Url, ("Retries", "1"));

        Assert.IsType<ProviderAnswer<CardRefund>.Unknown>(await clients.Stripe.CreateRefund(FiftyReais, "r", CancellationToken.None));
    }

    [Fact]
    public async Task After_a_time_out_a_closed_door_proves_nothing()
    {
        await using var server = new FaultServer(FaultServer.Hang(), FaultServer.Answer(429, ""));
        await using var clients = Connect(server.Url, ("Retries", "1"), ("CallTimeout", "00:00:01"));

        Assert.IsType<ProviderAnswer<CardRefund>.Unknown>(await clients.Stripe.CreateRefund(FiftyReais, "r", CancellationToken.None));
    }

    [Fact]
    public async Task A_clear_failure_stays_clear_when_no_try_was_in_doubt()
    {
        await using var server = new FaultServer(FaultServer.Answer(429, ""));
        await using var clients = Connect(server.Url);

        Assert.IsType<ProviderAnswer<CardRefund>.NotSent>(await clients.Stripe.CreateRefund(FiftyReais, "r", CancellationToken.None));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_provider_that_asks_for_a_long_pause_is_left_alone()
    {
        await using var server = new FaultServer(FaultServer.Answer(429, "", "Retry-After: 60\r\n"));
        await using var clients = Connect(server.Url);

        Assert.IsType<ProviderAnswer<CardRefund>.NotSent>(await clients.Stripe.CreateRefund(FiftyReais, "r", CancellationToken.None));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_call_that_stripe_still_works_on_is_asked_again()
    {
        await using var server = new FaultServer(
            FaultServer.Answer(409, """{"error":{"type":"idempotency_error"}}"""), FaultServer.Answer(200, Refund));
        await using var clients = Connect(server.Url);

        Assert.True((await clients.Stripe.CreateRefund(FiftyReais, "r", CancellationToken.None)).IsDone);
    }

    [Fact]
    public async Task A_booking_is_left_to_the_saga_to_repeat()
    {
        await using var server = new FaultServer(FaultServer.Answer(503, ""));
        await using var clients = Connect(server.Url);
        var request = new HostBookingRequest(
            Guid.CreateVersion7(), new DateOnly(2027, 1, 1), new DateOnly(2027, 1, 2), 2, 0, new HostGuest("A", "B", "a@example.com", null), 100m, "BRL", "ref");

        Assert.IsType<ProviderAnswer<HostBooking>.Unknown>(await clients.Host.CreateBooking(request, "key", CancellationToken.None));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_circuit_opens_spares_the_provider_and_closes_again()
    {
        await using var server = new FaultServer([.. Enumerable.Repeat(FaultServer.Answer(500, ""), 4), FaultServer.Answer(200, Refund)]);
        await using var clients = Connect(
            server.Url, ("Retries", "0"), ("CircuitMinimumCalls", "4"), ("CircuitBreak", "00:00:00.500"));
        var circuit = clients.Circuit("stripe");
        Assert.Equal(ProviderCircuitState.Closed, circuit.State);

        for (var call = 0; call < 4; call++)
            Assert.IsType<ProviderAnswer<CardRefund>.Unknown>(await clients.Stripe.GetRefund("re_1", CancellationToken.None));
        Assert.Equal(ProviderCircuitState.Open, circuit.State);
        Assert.Equal(
            new ProviderAnswer<CardRefund>.NotSent("circuit open"), await clients.Stripe.GetRefund("re_1", CancellationToken.None));
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(ProviderCircuitState.Closed, clients.Circuit("mercado_pago").State);

        await Task.Delay(TimeSpan.FromMilliseconds(600));
        Assert.True((await clients.Stripe.GetRefund("re_1", CancellationToken.None)).IsDone);
        Assert.Equal(ProviderCircuitState.Closed, circuit.State);
    }

    [Fact]
    public async Task Refusals_and_rate_limits_do_not_open_the_circuit()
    {
        await using var server = new FaultServer(FaultServer.Answer(404, "{}"), FaultServer.Answer(429, ""));
        await using var clients = Connect(server.Url, ("Retries", "0"), ("CircuitMinimumCalls", "2"));

        for (var call = 0; call < 10; call++)
            await clients.MercadoPago.GetPayment("1", CancellationToken.None);
        Assert.Equal(10, server.Requests.Count);
        Assert.Equal(ProviderCircuitState.Closed, clients.Circuit("mercado_pago").State);
    }
}
