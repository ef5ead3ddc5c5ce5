using System.Text.Json;
using Microsoft.DurableTask;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>
/// External events of one orchestration: those received that nobody waited for yet, first in first out, and those waited
/// for. The latest waiter is served first, so that one abandoned in a WhenAny does not swallow the event meant for the next.
/// </summary>
internal sealed class EventBuffer(DataConverter converter)
{
    private readonly List<(string Name, string? Payload)> _received = [];
    private readonly List<Waiter> _waiters = [];

    /// <summary>Events not yet waited for, oldest first.</summary>
    public IReadOnlyList<(string Name, string? Payload)> Unprocessed => _received;

    public void Receive(string name, string? payload)
    {
        var index = _waiters.FindLastIndex(waiter => Same(waiter.Name, name));
        if (index < 0)
        {
            _received.Add((name, payload));
            return;
        }

        var waiter = _waiters[index];
        _waiters.RemoveAt(index);
        waiter.Settle(payload, converter);
    }

    public Task<T> WaitFor<T>(string name, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellation);

        var waiter = new Waiter<T>(name);
        var index = _received.FindIndex(received => Same(received.Name, name));
        if (index >= 0)
        {
            var payload = _received[index].Payload;
            _received.RemoveAt(index);
            waiter.Settle(payload, converter);
            return waiter.Task;
        }

        _waiters.Add(waiter);
        if (cancellation.CanBeCanceled)
        {
            waiter.StopListening = cancellation.UnsafeRegister(_ =>
            {
                _waiters.Remove(waiter);
                waiter.Cancel(cancellation);
            }, null);
        }

        return waiter.Task;
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private abstract class Waiter(string name)
    {
        public string Name { get; } = name;

        public CancellationTokenRegistration StopListening { get; set; }

        public abstract void Settle(string? payload, DataConverter converter);
    }

    private sealed class Waiter<T>(string name) : Waiter(name)
    {
        private readonly TaskCompletionSource<T> _source = new();

        public Task<T> Task => _source.Task;

        public void Cancel(CancellationToken cancellation) => _source.TrySetCanceled(cancellation);

        public override void Settle(string? payload, DataConverter converter)
        {
            StopListening.Dispose();
            T? value;
            try
            {
                value = converter.Deserialize<T>(payload);
            }
            catch (Exception exception) when (exception is JsonException or NotSupportedException)
            {
                _source.TrySetException(exception);
                return;
            }

            _source.TrySetResult(value!);
        }
    }
}
