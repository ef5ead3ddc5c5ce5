namespace ReserveConnect.Functions.Azure;

/// <summary>Section <c>Reserve:Azure</c>.</summary>
public sealed class AzureOptions
{
    public const string Section = "Reserve:Azure";

    /// <summary>Client id of the user-assigned identity that this app runs as; empty for the developer's own sign-in.</summary>
    public string ManagedIdentityClientId { get; set; } = "";
}
