using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>Makes, changes and cancels bookings. Nights are checked and taken under the room's lock, so none is sold twice.</summary>
internal sealed class HostBookings(HostState state, BookingBook book, StandIn server, HostConnectOptions options, Func<DateOnly> today)
{
    /// <summary>The journal's name for a booking.</summary>
    public const string Kind = "booking";

    /// <summary>The journal's name for a key that was cancelled unused.</summary>
    public const string TombstoneKind = "tombstone";

    private int _refusals;

    /// <summary>The bookings.</summary>
    public BookingBook Book => book;

    /// <summary>How many creates are still to be refused with <c>no_availability</c>.</summary>
    public int Refusals
    {
        get => Volatile.Read(ref _refusals);
        set => Volatile.Write(ref _refusals, value);
    }

    /// <summary>A complete request of the channel.</summary>
    public BookingAnswer Create(string idempotencyKey, BookingRequest request)
    {
        if (BookingRules.Incomplete(request) is { } incomplete)
            return incomplete;
        var fingerprint = request.Fingerprint();
        var key = book.Key(idempotencyKey);
        lock (key.Gate)
        {
            if (key.Stored is { } stored)
                return stored.Fingerprint == fingerprint ? new BookingAnswer.Standing(stored.Booking) : HostProblem.IdempotencyMismatch();
            if (key.IsCancelled)
                return HostProblem.KeyCancelled();
            if (state.Room(request.RoomTypeId!.Value) is not { } room)
                return HostProblem.NotFound("room_type");
            if (TakeRefusal())
                return HostProblem.NoAvailability("The Host takes no bookings at the moment.");

            var stay = new Stay(request.CheckIn!.Value, request.CheckOut!.Value, request.Adults!.Value, request.Children!.Value);
            var property = state.Property(room.Type.PropertyId)!;
            if (BookingRules.WrongMoney(request.TotalAmount!.Value, request.Currency!, property) is { } wrong)
                return wrong;
            return TakeNights(key, room, property, stay, Guid.CreateVersion7(server.Clock.GetUtcNow()), request, fingerprint, byHand: false);
        }
    }

    /// <summary>A booking made at the Host's desk: restrictions do not bind it, the nights do.</summary>
    public BookingAnswer CreateByHand(Guid roomTypeId, Stay stay, string? channelReference)
    {
        if (state.Room(roomTypeId) is not { } room)
            return HostProblem.NotFound("room_type");
        var id = Guid.CreateVersion7(server.Clock.GetUtcNow());
        var key = book.Key($"manual-{id}");
        var request = new BookingRequest(
            roomTypeId, stay.CheckIn, stay.CheckOut, stay.Adults, stay.Children, null, 0, null, channelReference);
        lock (key.Gate)
            return TakeNights(key, room, state.Property(room.Type.PropertyId)!, stay, id, request, request.Fingerprint(), byHand: true);
    }

    /// <summary>Moves a booking to other nights, guests or another room type.</summary>
    public BookingAnswer Change(Guid id, string idempotencyKey, BookingChange wanted)
    {
        if (wanted.IsEmpty)
            return HostProblem.Invalid("Nothing is asked to change.");
        if (book.ById(id) is not { } key)
            return HostProblem.NotFound("booking");
        var fingerprint = wanted.Fingerprint();
        lock (key.Gate)
        {
            var stored = key.Stored!;
            if (stored.Changes.TryGetValue(idempotencyKey, out var before))
                return before == fingerprint ? new BookingAnswer.Standing(stored.Booking) : HostProblem.IdempotencyMismatch();
            if (stored.Booking.Status == BookingStatus.Cancelled)
                return HostProblem.BookingCancelled();
            if (state.Room(wanted.RoomTypeId ?? stored.Booking.RoomTypeId) is not { } to)
                return HostProblem.InvalidBooking("There is no such room type.");
            return Move(key, stored, state.Room(stored.Booking.RoomTypeId)!, to, wanted, (idempotencyKey, fingerprint));
        }
    }

    /// <summary>Cancels; the nights go back once.</summary>
    public BookingAnswer Cancel(Guid id, bool byHand = false)
    {
        if (book.ById(id) is not { } key)
            return HostProblem.NotFound("booking");
        lock (key.Gate)
            return new BookingAnswer.Standing(Release(key, key.Stored!, byHand));
    }

    /// <summary>Makes sure that nothing stands under the key, now or later.</summary>
    public KeyCancellation CancelKey(string idempotencyKey)
    {
        var key = book.Key(idempotencyKey);
        lock (key.Gate)
        {
            if (key.Stored is { } stored)
                return new KeyCancellation(idempotencyKey, BookingStatus.Cancelled, Release(key, stored, byHand: false));
            if (!key.IsCancelled)
            {
                key.IsCancelled = true;
                using var change = server.Begin();
                change.Put(TombstoneKind, idempotencyKey, [], HostJson.Default.Int64Array);
                change.Commit();
            }

            return new KeyCancellation(idempotencyKey, BookingStatus.Cancelled, null);
        }
    }

    private BookingAnswer TakeNights(
        BookingKey key, Room room, Property property, Stay stay, Guid id, BookingRequest request, string fingerprint, bool byHand)
    {
        lock (room.Gate)
        {
            if (!property.Active || !room.Type.Active)
                return HostProblem.NoAvailability("The room type is no longer sold.");
            var broken = BookingRules.Broken(stay, room.Type, today(), arrivalIsNew: !byHand)
                ?? BookingRules.Occupied(room, stay, own: null)
                ?? (byHand ? null : BookingRules.Restricted(room, stay, was: null));
            if (broken is not null)
                return broken;

            using var change = server.Begin();
            var version = Sell(change, room, stay, own: null, by: 1);
            var booking = new Booking(
                id, key.Key, BookingStatus.Confirmed, room.Type.Id, stay.CheckIn, stay.CheckOut, stay.Adults, stay.Children,
                request.ChannelReference, server.Clock.GetUtcNow(), version);
            var stored = new StoredBooking(
                booking, fingerprint, request.Guest, request.TotalAmount ?? 0, request.Currency ?? property.Currency,
                new Dictionary<string, string>(StringComparer.Ordinal));
            Keep(change, key, stored, room.City, byHand);
            Announce(change, room, stay.CheckIn, stay.CheckOut, version, byHand);
            change.Commit();
            return new BookingAnswer.Created(booking);
        }
    }

    private BookingAnswer Move(
        BookingKey key, StoredBooking stored, Room from, Room to, BookingChange wanted, (string Key, string Fingerprint) by)
    {
        var (first, second) = from.Index <= to.Index ? (from, to) : (to, from);
        lock (first.Gate)
        {
            lock (second.Gate)
            {
                var old = stored.Booking;
                var was = new Stay(old.CheckIn, old.CheckOut, old.Adults, old.Children);
                var stay = new Stay(
                    wanted.CheckIn ?? was.CheckIn, wanted.CheckOut ?? was.CheckOut, wanted.Adults ?? was.Adults, wanted.Children ?? was.Children);
                var kept = from == to ? was : null;
                var broken = BookingRules.Broken(stay, to.Type, today(), arrivalIsNew: stay.CheckIn != was.CheckIn)
                    ?? BookingRules.Occupied(to, stay, kept)
                    ?? (from == to && BookingRules.OnlyShortens(was, stay) ? null : BookingRules.Restricted(to, stay, kept));
                if (broken is not null)
                    return broken;

                using var change = server.Begin();
                Sell(change, from, was, from == to ? stay : null, by: -1);
                var version = Sell(change, to, stay, kept, by: 1);
                var booking = old with
                {
                    RoomTypeId = to.Type.Id,
                    CheckIn = stay.CheckIn,
                    CheckOut = stay.CheckOut,
                    Adults = stay.Adults,
                    Children = stay.Children,
                    Version = version,
                };
                var changes = new Dictionary<string, string>(stored.Changes, StringComparer.Ordinal) { [by.Key] = by.Fingerprint };
                Keep(change, key, stored with { Booking = booking, Changes = changes }, to.City, always: false);
                Announce(change, from, was.CheckIn, was.CheckOut, version, always: false);
                Announce(change, to, stay.CheckIn, stay.CheckOut, version, always: false);
                change.Commit();
                return new BookingAnswer.Standing(booking);
            }
        }
    }

    private Booking Release(BookingKey key, StoredBooking stored, bool byHand)
    {
        var old = stored.Booking;
        if (old.Status == BookingStatus.Cancelled)
            return old;
        var room = state.Room(old.RoomTypeId)!;
        lock (room.Gate)
        {
            using var change = server.Begin();
            var stay = new Stay(old.CheckIn, old.CheckOut, old.Adults, old.Children);
            var version = Sell(change, room, stay, own: null, by: -1);
            var booking = old with { Status = BookingStatus.Cancelled, Version = version };
            Keep(change, key, stored with { Booking = booking }, room.City, byHand);
            Announce(change, room, old.CheckIn, old.CheckOut, version, byHand);
            change.Commit();
            return booking;
        }
    }

    // Nights that are also in 'own' keep their count: they are sold to this booking before and after.
    private long Sell(Change change, Room room, Stay stay, Stay? own, short by)
    {
        var version = state.NextVersion();
        room.NightsVersion = version;
        for (var date = stay.CheckIn; date < stay.CheckOut; date = date.AddDays(1))
        {
            if (own?.Covers(date) is true)
                continue;
            room[date].Sold += by;
            room[date].Version = version;
            NightJournal.Put(change, room, date);
        }

        return version;
    }

    private void Keep(Change change, BookingKey key, StoredBooking stored, string city, bool always)
    {
        book.Set(key, stored);
        change.Put(Kind, key.Key, stored, HostJson.Default.StoredBooking);
        if (always || options.AnnounceOwnBookings)
            change.Send(HostEvent.BookingChanged(city, stored.Booking, server.Clock.GetUtcNow()).ToWebhook());
    }

    private void Announce(Change change, Room room, DateOnly from, DateOnly to, long version, bool always)
    {
        if (always || options.AnnounceOwnBookings)
            change.Send(HostEvent.AvailabilityChanged(room, from, to, version, server.Clock.GetUtcNow()).ToWebhook());
    }

    private bool TakeRefusal()
    {
        while (Refusals is > 0 and var left)
        {
            if (Interlocked.CompareExchange(ref _refusals, left - 1, left) == left)
                return true;
        }

        return false;
    }
}
