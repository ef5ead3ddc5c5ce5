using System.Text.Json;
using Azure.Core;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using ReserveConnect.Events;

namespace ReserveConnect.Functions.Azure;

/// <summary>
/// Sends events to the topic. A message says which event and of what type, so that subscriptions can filter; what happened
/// is read from its row by whoever handles it.
/// </summary>
public sealed class ServiceBusEventPublisher(ServiceBusClient client, IOptions<ServiceBusOptions> options) : IEventPublisher
{
    private readonly ServiceBusSender _sender = client.CreateSender(ServiceBusOptions.Topic);

    /// <inheritdoc/>
    public async Task PublishAsync(IReadOnlyList<StoredEvent> events, CancellationToken cancellation)
    {
        foreach (var batch in events.Chunk(options.Value.SendBatch))
        {
            await _sender.SendMessagesAsync(batch.Select(Message), cancellation);
        }
    }

    /// <summary>The client of the configured namespace.</summary>
    /// <exception cref="InvalidOperationException">The setting <c>ServiceBus</c> says nothing.</exception>
    public static ServiceBusClient Client(IConfiguration configuration, Func<TokenCredential> credential, ServiceBusOptions options)
    {
        var settings = new ServiceBusClientOptions
        {
            RetryOptions = new() { MaxRetries = options.SendRetries, TryTimeout = options.SendTimeout },
        };
        var section = configuration.GetSection(ServiceBusOptions.Connection);
        if (section.Value is { Length: > 0 } connectionString)
        {
            return new(connectionString, settings);
        }

        return section["fullyQualifiedNamespace"] is { Length: > 0 } name
            ? new(name, credential(), settings)
            : throw new InvalidOperationException(
                "ServiceBus is missing: a connection string, or ServiceBus__fullyQualifiedNamespace; without a bus set Reserve__Events__DispatchInProcess=true");
    }

    // By event and taking: what the client sends again by itself is dropped as a duplicate, what was taken again must not be.
    private static ServiceBusMessage Message(StoredEvent stored) =>
        new(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new RelayedEvent(stored.Id), EventJson.Options)))
        {
            MessageId = $"{stored.Id:N}:{stored.LeasedUntil.UtcTicks}",
            Subject = stored.EventType,
            ContentType = "application/json",
        };
}

/// <summary>The body of a message.</summary>
/// <param name="EventId">The row in <c>reserve.events</c>.</param>
public sealed record RelayedEvent(Guid EventId);
