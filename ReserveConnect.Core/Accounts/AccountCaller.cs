namespace ReserveConnect.Accounts;

/// <summary>Whoever calls with the access token of a session that stands.</summary>
/// <param name="SecondFactorRequired">Staff who have to set up a second factor before anything else.</param>
public sealed record AccountCaller(Guid AccountId, Guid SessionId, ActorKind Role, bool SecondFactorRequired)
{
    /// <summary>For whom the database is read.</summary>
    public Actor Actor => new(Role, AccountId);
}
