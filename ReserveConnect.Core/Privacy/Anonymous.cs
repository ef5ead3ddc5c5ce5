namespace ReserveConnect.Privacy;

/// <summary>What stands where a person stood.</summary>
internal sealed record Anonymous(string Email)
{
    public string FirstName => "Erased";

    public string LastName => "guest";

    /// <summary>An address of its own for each account, under a domain that can never receive mail (RFC 2606).</summary>
    public static Anonymous Of(Guid accountId) => new($"erased-{accountId}@erased.invalid");
}
