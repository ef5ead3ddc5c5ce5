namespace ReserveConnect.Support;

/// <summary>
/// Who asked for what is being done, and in which request. It goes along with the flow of execution, and every transaction in it
/// writes it into the audit rows; it opens nothing to anybody.
/// </summary>
/// <param name="Actor">As <see cref="Accounts.Actor.Name"/>.</param>
/// <param name="RequestId">The request's trace id.</param>
public sealed record RequestStamp(string Actor, string RequestId)
{
    private static readonly AsyncLocal<RequestStamp?> Ambient = new();

    /// <summary>The request that this is done for; null for what the system does by itself.</summary>
    public static RequestStamp? Current => Ambient.Value;

    /// <summary>From here on, down this flow, what is done is done for that request; null: for none.</summary>
    public static void Set(RequestStamp? stamp) => Ambient.Value = stamp;
}
