namespace ReserveConnect.Providers;

/// <summary>What a provider says in the body of a 4xx answer.</summary>
/// <param name="Code">Its stable code.</param>
/// <param name="Message">Its sentence.</param>
internal sealed record ProviderRefusal(string Code, string Message)
{
    /// <summary>Of a body that says nothing readable, as a proxy's page does.</summary>
    public static ProviderRefusal Unreadable(int status) => new($"http_{status}", "the answer has no readable error");
}
