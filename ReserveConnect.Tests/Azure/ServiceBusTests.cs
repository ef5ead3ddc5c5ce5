using System.Text.Json;
using Azure.Core;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using ReserveConnect.Events;
using ReserveConnect.Functions.Azure;
using Xunit;

namespace ReserveConnect.Tests.Azure;

/// <summary>Events on their way to the topic, and what the subscription's function refuses.</summary>
public sealed class ServiceBusTests
{
    [Fact]
    public async Task A_message_names_the_event_and_its_type_and_nothing_of_what_happened()
    {
        var bus = new LoopbackBus();
        var stored = Event(attempts: 2);

        await Publisher(bus).PublishAsync([stored], default);

        var message = Assert.Single(bus.Sent);
        Assert.Equal($$"""{"event_id":"{{stored.Id}}"}""", message.Body.ToString());
        Assert.Equal("booking.confirmed", message.Subject);
        Assert.Equal("application/json", message.ContentType);
    }

    [Fact]
    public async Task A_publication_repeated_by_accident_is_delivered_once_and_one_repeated_on_purpose_again()
    {
        var bus = new LoopbackBus();
        var publisher = Publisher(bus);
        var (stored, delivered) = (Event(attempts: 1), 0);
        bus.BringTo(_ => Task.FromResult(Interlocked.Increment(ref delivered)));

        await publisher.PublishAsync([stored], default);
        await publisher.PublishAsync([stored], default);
        await publisher.PublishAsync([stored with { Attempts = 1, LeasedUntil = DateTimeOffset.UnixEpoch.AddMinutes(1) }], default);
        await bus.StopAsync();

        Assert.Equal(2, delivered);
    }

    [Fact]
    public async Task Many_events_go_in_sends_of_bounded_size()
    {
        var bus = new LoopbackBus();
        var events = Enumerable.Range(0, 250).Select(_ => Event(attempts: 1)).ToList();

        await Publisher(bus).PublishAsync(events, default);

        Assert.Equal([100, 100, 50], bus.Sends);
        Assert.Equal(events.Select(e => $"{e.Id:N}:{DateTimeOffset.UnixEpoch.UtcTicks}"), bus.Sent.Select(m => m.MessageId));
    }

    [Fact]
    public async Task What_the_bus_does_not_take_is_a_failure()
    {
        var bus = new LoopbackBus { Outage = () => new ServiceBusException("busy", ServiceBusFailureReason.ServiceBusy) };

        await Assert.ThrowsAsync<ServiceBusException>(() => Publisher(bus).PublishAsync([Event(attempts: 1)], default));
    }

    [Fact]
    public async Task What_is_never_handled_becomes_a_dead_letter_after_twelve_deliveries()
    {
        var bus = new LoopbackBus();
        var delivered = 0;
        bus.BringTo(_ =>
        {
            delivered++;
            throw new TimeoutException("not now");
        });

        await Publisher(bus).PublishAsync([Event(attempts: 1)], default);
        await bus.StopAsync();

        Assert.Equal(12, delivered);
        Assert.Single(bus.DeadLetters);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"event_id":"00000000-0000-0000-0000-000000000000"}""")]
    [InlineData("""{"event_id":17}""")]
    [InlineData("not json")]
    [InlineData("")]
    public async Task A_message_that_names_no_event_is_not_taken(string message)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => new HandleEvent(null!).Run(message, null!, default));

        Assert.True(failure is FormatException or JsonException, failure.GetType().Name);
    }

    [Fact]
    public void Without_a_setting_the_start_says_which_one()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Client([]));

        Assert.Contains("ServiceBus__fullyQualifiedNamespace", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_namespace_is_opened_with_the_identity_and_a_connection_string_without()
    {
        var asked = 0;
        await using var byName = Client([new("ServiceBus:fullyQualifiedNamespace", "reserve.servicebus.windows.net")], () => asked++);
        Assert.Equal(1, asked);

        await using var byString = Client(
            [new("ServiceBus", "Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;")],
            () => asked++);
        Assert.Equal(1, asked);
    }

    private static ServiceBusEventPublisher Publisher(LoopbackBus bus) => new(bus, Options.Create(new ServiceBusOptions()));

    private static ServiceBusClient Client(IEnumerable<KeyValuePair<string, string?>> settings, Action? asked = null) =>
        ServiceBusEventPublisher.Client(
            new ConfigurationBuilder().AddInMemoryCollection(settings).Build(),
            () =>
            {
                asked?.Invoke();
                return new NoToken();
            },
            new ServiceBusOptions());

    private static StoredEvent Event(int attempts) => new(
        Guid.CreateVersion7(), "booking.confirmed", "booking_intent", Guid.CreateVersion7(), JsonElement.Parse("""{"guest":"Ana"}"""), DateTimeOffset.UnixEpoch, attempts)
    {
        LeasedUntil = DateTimeOffset.UnixEpoch,
    };

    private sealed class NoToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
