using System.Collections.Concurrent;
using System.Threading.Channels;
using Azure.Messaging.ServiceBus;
using ReserveConnect.Functions.Azure;

namespace ReserveConnect.Tests.Azure;

/// <summary>
/// A topic with one subscription in this process: delivers each message until it is handled, twelve times at most, and drops
/// one whose id it has had, as the namespace of <c>infra/</c> does.
/// </summary>
internal sealed class LoopbackBus : ServiceBusClient
{
    private const int MaxDeliveries = 12;
    private const int Receivers = 8;

    private readonly Channel<ServiceBusMessage> _topic = Channel.CreateUnbounded<ServiceBusMessage>();
    private readonly ConcurrentDictionary<string, bool> _known = new();
    private Task _receiving = Task.CompletedTask;

    /// <summary>What came in, in order.</summary>
    public ConcurrentQueue<ServiceBusMessage> Sent { get; } = new();

    /// <summary>How many messages each send had.</summary>
    public ConcurrentQueue<int> Sends { get; } = new();

    /// <summary>What was given up on.</summary>
    public ConcurrentQueue<ServiceBusMessage> DeadLetters { get; } = new();

    /// <summary>What the next sends throw; null for none.</summary>
    public Func<Exception?> Outage { get; set; } = () => null;

    /// <summary>Begins to deliver.</summary>
    public void BringTo(Func<string, Task> subscription) =>
        _receiving = Task.WhenAll(Enumerable.Range(0, Receivers).Select(_ => ReceiveAsync(subscription)));

    public override ServiceBusSender CreateSender(string queueOrTopicName) =>
        queueOrTopicName == ServiceBusOptions.Topic ? new Sender(this) : throw new ServiceBusException("no such topic", ServiceBusFailureReason.MessagingEntityNotFound);

    /// <summary>Ends the delivery when everything sent is delivered.</summary>
    public async Task StopAsync()
    {
        _topic.Writer.TryComplete();
        await _receiving;
    }

    private async Task ReceiveAsync(Func<string, Task> subscription)
    {
        await foreach (var message in _topic.Reader.ReadAllAsync())
        {
            if (!await DeliverAsync(message, subscription))
            {
                DeadLetters.Enqueue(message);
            }
        }
    }

    private static async Task<bool> DeliverAsync(ServiceBusMessage message, Func<string, Task> subscription)
    {
        for (var delivery = 1; delivery <= MaxDeliveries; delivery++)
        {
            try
            {
                await subscription(message.Body.ToString());
                return true;
            }
            catch (Exception)
            {
                // Abandoned: the bus brings it again.
            }
        }

        return false;
    }

    private sealed class Sender(LoopbackBus bus) : ServiceBusSender
    {
        public override Task SendMessagesAsync(IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
        {
            if (bus.Outage() is { } outage)
            {
                throw outage;
            }

            var together = messages.ToList();
            bus.Sends.Enqueue(together.Count);
            foreach (var message in together)
            {
                bus.Sent.Enqueue(message);
                if (bus._known.TryAdd(message.MessageId, true))
                {
                    bus._topic.Writer.TryWrite(message);
                }
            }

            return Task.CompletedTask;
        }
    }
}
