using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>What Stripe knows and what it can do, from one reset to the next.</summary>
internal sealed class StripeMemory
{
    private readonly StandIn _server;

    public StripeMemory(StandIn server, SandboxOptions options, IReadOnlyList<JournalEntry> restored)
    {
        _server = server;
        Writer = new StripeWriter(Book, server.Clock);
        var events = new StripeEvents(Book, Writer, server.Clock, options.State.MaxEvents, options.Stripe.EnabledEvents);
        Keys = new IdempotencyKeys(server.Clock, options.State.MaxIdempotencyKeys);
        Book.Restore(restored);
        Keys.Restore(restored);
        Disputes = new StripeDisputes(Book, events, server, options.Stripe);
        Payments = new StripePayments(Book, events, Disputes, server, options.Stripe);
        Refunds = new StripeRefunds(Book, events, server);
        Transfers = new StripeTransfers(Book, events, server);
    }

    /// <summary>The objects.</summary>
    public StripeBook Book { get; } = new();

    /// <summary>Their JSON.</summary>
    public StripeWriter Writer { get; }

    /// <summary>Payment intents.</summary>
    public StripePayments Payments { get; }

    /// <summary>Refunds.</summary>
    public StripeRefunds Refunds { get; }

    /// <summary>Transfers to connected accounts, and the balance.</summary>
    public StripeTransfers Transfers { get; }

    /// <summary>Disputes.</summary>
    public StripeDisputes Disputes { get; }

    /// <summary>Idempotency keys.</summary>
    public IdempotencyKeys Keys { get; }

    /// <summary>Stripe's clock.</summary>
    public TimeProvider Clock => _server.Clock;

    /// <summary>Does something that no call of the API asked for.</summary>
    public T Do<T>(Func<StripeCall, T> what)
    {
        lock (Book.Gate)
        {
            using var change = _server.Begin();
            var result = what(new StripeCall(change));
            change.Commit();
            return result;
        }
    }
}
