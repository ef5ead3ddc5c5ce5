using Microsoft.AspNetCore.Http;
using ReserveConnect.Accounts;

namespace ReserveConnect.Functions.Access;

/// <summary>Who sent a request.</summary>
/// <param name="Actor">For whom things are read and done.</param>
/// <param name="SessionId">The session of an account; null for everybody else.</param>
/// <param name="IsOperator">Whether the operator's key came along.</param>
/// <param name="SecondFactorRequired">Staff who have to set up a second factor before anything else.</param>
public sealed record Caller(Actor Actor, Guid? SessionId = null, bool IsOperator = false, bool SecondFactorRequired = false)
{
    /// <summary>Every declaration that this caller fits.</summary>
    public Callers Kinds => Callers.Public | (IsOperator ? Callers.Operator : Callers.None) | Actor.Kind switch
    {
        ActorKind.Guest when Actor.AccountId is null => Callers.Booking,
        ActorKind.Guest => Callers.Guest,
        ActorKind.Owner => Callers.Owner,
        ActorKind.Agent => Callers.Agent,
        ActorKind.Supervisor => Callers.Agent | Callers.Supervisor,
        ActorKind.Admin => Callers.Agent | Callers.Supervisor | Callers.Admin,
        _ => Callers.None,
    };

    /// <summary>The account that calls, with its session.</summary>
    /// <exception cref="InvalidOperationException">No account calls.</exception>
    public AccountCaller Account => Actor.AccountId is { } account && SessionId is { } session
        ? new(account, session, Actor.Kind, SecondFactorRequired)
        : throw new InvalidOperationException("this request comes from no account");

    /// <summary>What audit rows call them.</summary>
    public string Name => Actor.Kind == ActorKind.Anonymous && IsOperator ? "operator" : Actor.Name;

    /// <summary>Whether anything is known of the caller.</summary>
    public bool IsKnown => Actor.Kind != ActorKind.Anonymous || IsOperator;
}

/// <summary>The caller of a request that <see cref="Authorize"/> let through.</summary>
public static class CallerOfRequest
{
    /// <summary>Who sent it.</summary>
    /// <exception cref="InvalidOperationException">Nobody asked who it is.</exception>
    public static Caller Caller(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.HttpContext.Items[typeof(Caller)] as Caller ?? throw new InvalidOperationException("the caller of this request was never established");
    }

    internal static void SetCaller(this HttpContext context, Caller caller) => context.Items[typeof(Caller)] = caller;
}
