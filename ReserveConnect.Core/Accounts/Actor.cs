namespace ReserveConnect.Accounts;

/// <summary>Who acts (design section 5): every row of the database is shown or closed to one of these.</summary>
public enum ActorKind
{
    /// <summary>Nobody known: sees what is for sale.</summary>
    Anonymous,

    /// <summary>A guest, by account or by the token of one booking.</summary>
    Guest,

    /// <summary>Owns properties.</summary>
    Owner,

    /// <summary>Supports guests.</summary>
    Agent,

    /// <summary>Overrides what an agent may not.</summary>
    Supervisor,

    /// <summary>Manages users.</summary>
    Admin,

    /// <summary>This system itself: sagas, timers, webhooks.</summary>
    Service,
}

/// <summary>The one for whom something is read or done.</summary>
/// <param name="AccountId">Null for whoever has no account.</param>
/// <param name="BookingIntentId">The booking that a guest without an account has proven to be theirs.</param>
public sealed record Actor(ActorKind Kind, Guid? AccountId = null, Guid? BookingIntentId = null)
{
    /// <summary>Nobody known.</summary>
    public static Actor Anonymous { get; } = new(ActorKind.Anonymous);

    /// <summary>Agent, supervisor or admin.</summary>
    public bool IsStaff => Kind is ActorKind.Agent or ActorKind.Supervisor or ActorKind.Admin;

    /// <summary>What audit rows call it; an id, never a name or an address.</summary>
    public string Name => (AccountId, BookingIntentId) switch
    {
        ({ } account, _) => $"{Kind.ToString().ToLowerInvariant()}:{account}",
        (_, { } intent) => $"guest:booking:{intent}",
        _ => Kind.ToString().ToLowerInvariant(),
    };
}
