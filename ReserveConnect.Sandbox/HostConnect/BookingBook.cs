using System.Collections.Concurrent;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>The Host's bookings by key and by id. A booking is read and changed under the lock of its key.</summary>
internal sealed class BookingBook
{
    private readonly ConcurrentDictionary<string, BookingKey> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, BookingKey> _byId = new();

    /// <summary>Every booking, oldest first.</summary>
    public IReadOnlyList<StoredBooking> All =>
        [.. _byId.Values.Select(k => k.Stored).OfType<StoredBooking>().OrderBy(s => s.Booking.CreatedAt)];

    /// <summary>The key's place, made when it is new.</summary>
    public BookingKey Key(string key) => _keys.GetOrAdd(key, k => new BookingKey(k));

    /// <summary>The key of the booking with this id, null if there is none.</summary>
    public BookingKey? ById(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>Sets the key's booking; its lock is held.</summary>
    public void Set(BookingKey key, StoredBooking stored)
    {
        key.Stored = stored;
        _byId[stored.Booking.Id] = key;
    }
}

/// <summary>An idempotency key and what came of it.</summary>
internal sealed class BookingKey(string key)
{
    /// <summary>Held by whoever works under this key; taken before any room's lock.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The key itself.</summary>
    public string Key => key;

    /// <summary>The booking made with it.</summary>
    public StoredBooking? Stored { get; set; }

    /// <summary>Cancelled before any booking was made with it.</summary>
    public bool IsCancelled { get; set; }
}
