using ReserveConnect.Accounts;

namespace ReserveConnect.Support;

/// <summary>Something that a person can do about an exception.</summary>
/// <param name="Name"><c>retry</c>, <c>override</c>, <c>transferred</c>, <c>cancel_and_refund</c>, <c>approve</c> or <c>dismiss</c>.</param>
/// <param name="Least">The least role that may order it.</param>
public sealed record TroubleAction(string Name, ActorKind Least = ActorKind.Agent)
{
    /// <summary>What the machine tried is tried again now.</summary>
    public static TroubleAction Retry { get; } = new("retry");

    /// <summary>It was done by hand elsewhere; the caller says under which id.</summary>
    public static TroubleAction Override { get; } = new("override");

    /// <summary>The same, for those who answer for money.</summary>
    public static TroubleAction OverrideBySupervisor { get; } = new("override", ActorKind.Supervisor);

    /// <summary>The guest has the money by a transfer, because its provider can no longer give it back; the caller says which.</summary>
    public static TroubleAction Transferred { get; } = new("transferred", ActorKind.Supervisor);

    /// <summary>The booking is given up, and the money goes back.</summary>
    public static TroubleAction CancelAndRefund { get; } = new("cancel_and_refund");

    /// <summary>What one of the staff ordered is done, by the word of another.</summary>
    public static TroubleAction Approve { get; } = new("approve", ActorKind.Supervisor);

    /// <summary>Nothing is left to do; the notes say why.</summary>
    public static TroubleAction Dismiss { get; } = new("dismiss");

    /// <summary>The same, of what the machine would otherwise go on with: for those who answer for it.</summary>
    public static TroubleAction DismissBySupervisor { get; } = new("dismiss", ActorKind.Supervisor);
}

/// <summary>A kind of trouble: what it is, by when somebody must have looked, whose it is, and what can be done about it.</summary>
/// <param name="Title">A sentence without personal data.</param>
/// <param name="Severity">critical, high, medium, low; whoever raises it may know better.</param>
/// <param name="Deadline">From when it is raised; whoever raises it may have one of its own.</param>
/// <param name="Owner">The least role that settles it.</param>
/// <param name="Actions">All that acts. What is not here is refused.</param>
public sealed record TroubleType(string Name, string Title, string Severity, TimeSpan Deadline, ActorKind Owner, params IReadOnlyList<TroubleAction> Actions)
{
    /// <summary>One of this kind, due when its kind is.</summary>
    /// <param name="of">What it is about: with the kind the key under which it is raised once.</param>
    public TroubleReport About(Guid of, DateTimeOffset now) => new($"{Name}:{of}", Name, Severity, Title, now + Deadline);
}

/// <summary>Every kind of exception that this system raises.</summary>
public static class TroubleTypes
{
    private static readonly TroubleType Unlisted =
        new("unlisted", "Trouble of a kind that is not listed", "medium", TimeSpan.FromHours(24), ActorKind.Supervisor, TroubleAction.Dismiss);

    public static IReadOnlyList<TroubleType> All { get; } =
    [
        new("host_booking_failed", "The Host did not take a paid booking", "critical", TimeSpan.FromMinutes(30), ActorKind.Agent,
            TroubleAction.Retry, TroubleAction.Override, TroubleAction.CancelAndRefund),
        new("host_cancel_failed", "The Host does not say whether a refunded booking stands there", "high", TimeSpan.FromMinutes(30), ActorKind.Agent,
            TroubleAction.Retry, TroubleAction.DismissBySupervisor),
        new("host_release_failed", "The Host does not take back the nights of a guest who did not come", "high", TimeSpan.FromHours(4), ActorKind.Agent,
            TroubleAction.Retry, TroubleAction.DismissBySupervisor),
        new("host_booking_changed", "The Host changed or cancelled a booking that stands here", "high", TimeSpan.FromHours(1), ActorKind.Agent,
            TroubleAction.Retry, TroubleAction.Dismiss),
        new("inventory_mismatch", "The Host counts other nights as sold than we do", "medium", TimeSpan.FromHours(4), ActorKind.Agent,
            TroubleAction.Retry, TroubleAction.DismissBySupervisor),
        new("overbooked", "More nights sold or held than the Host allots", "high", TimeSpan.FromHours(4), ActorKind.Agent, TroubleAction.Retry),
        new("payment_outcome_unknown", "A provider does not say whether a charge was paid", "critical", TimeSpan.FromMinutes(30), ActorKind.Agent,
            TroubleAction.Retry, TroubleAction.DismissBySupervisor),
        new("payment_amount_mismatch", "A payment does not match the price of its stay", "high", TimeSpan.FromMinutes(30), ActorKind.Agent,
            TroubleAction.Dismiss),
        new("payment_webhook_missing", "A provider's webhook did not come", "medium", TimeSpan.FromHours(4), ActorKind.Agent, TroubleAction.Dismiss),
        new("pix_code_invalid", "A PIX code of the provider cannot be paid", "high", TimeSpan.FromHours(4), ActorKind.Agent, TroubleAction.Dismiss),
        new("late_payment", "Money came for a stay that was no longer held", "medium", TimeSpan.FromHours(4), ActorKind.Agent, TroubleAction.Dismiss),
        new("capture_unknown", "A booking stands at the Host and its reserved money cannot be taken", "critical", TimeSpan.FromMinutes(30), ActorKind.Agent,
            TroubleAction.Retry, TroubleAction.DismissBySupervisor),
        new("refund_failed", "A refund is not made by its provider", "critical", TimeSpan.FromHours(1), ActorKind.Agent,
            TroubleAction.Retry, TroubleAction.OverrideBySupervisor, TroubleAction.Transferred),
        new("refund_by_hand", "A provider's refund was made by hand", "high", TimeSpan.FromHours(24), ActorKind.Supervisor, TroubleAction.Dismiss),
        new("refund_approval", "A refund is too large for one person to give", "medium", TimeSpan.FromHours(24), ActorKind.Supervisor,
            TroubleAction.Approve, TroubleAction.Dismiss),
        new("dispute_opened", "A guest's bank disputes a charge", "critical", TimeSpan.FromHours(24), ActorKind.Supervisor, TroubleAction.Dismiss),
        new("no_show_refund", "The policy of a guest who did not come gives money back: cancel the booking", "medium", TimeSpan.FromHours(24), ActorKind.Agent,
            TroubleAction.CancelAndRefund, TroubleAction.DismissBySupervisor),
        new("stay_not_moved", "A stay could not be moved on when its day came", "high", TimeSpan.FromHours(4), ActorKind.Agent,
            TroubleAction.DismissBySupervisor),
        new("payout_approval", "A large payout waits for a supervisor's approval", "medium", TimeSpan.FromHours(24), ActorKind.Supervisor,
            TroubleAction.Dismiss),
        new("payout_failed", "A provider does not send a payout", "high", TimeSpan.FromHours(24), ActorKind.Supervisor,
            TroubleAction.Retry),
        new("payout_pending", "A provider does not say whether a payout was sent", "high", TimeSpan.FromHours(24), ActorKind.Supervisor,
            TroubleAction.Dismiss),
        new("payout_blocked", "A property cannot be paid for now: nobody has said where, it is held, or our balance does not suffice", "medium", TimeSpan.FromHours(24),
            ActorKind.Supervisor, TroubleAction.Dismiss),
        new("payout_returned", "A payout came back: its destination has to be set right before the next", "high", TimeSpan.FromHours(24), ActorKind.Supervisor,
            TroubleAction.Dismiss),
        new("payout_stray", "Money left for a payout that does not stand for it: it may be paid twice", "critical", TimeSpan.FromHours(1), ActorKind.Supervisor,
            TroubleAction.Dismiss),
        new("reconciliation_finding", "A provider's money and the books do not agree", "critical", TimeSpan.FromHours(24), ActorKind.Supervisor,
            TroubleAction.DismissBySupervisor),
        new("reconciliation_failed", "A day could not be reconciled with a provider", "high", TimeSpan.FromHours(24), ActorKind.Supervisor,
            TroubleAction.DismissBySupervisor),
        new("event_dead_lettered", "An event could not be processed", "critical", TimeSpan.FromHours(1), ActorKind.Supervisor,
            TroubleAction.Retry, TroubleAction.Dismiss),
    ];

    /// <summary>The kind of that name; one of a version before or after this can be dismissed and nothing else.</summary>
    public static TroubleType Of(string name) => All.FirstOrDefault(type => type.Name == name) ?? Unlisted with { Name = name };
}
