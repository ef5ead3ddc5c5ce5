using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Functions.Azure;

/// <summary>Section <c>Reserve:Azure</c>.</summary>
public sealed class AzureOptions
{
    public const string Section = "Reserve:Azure";

    /// <summary>Client id of the user-assigned identity that this app runs as; empty for the developer's own sign-in.</summary>
    public string ManagedIdentityClientId { get; set; } = "";

    /// <summary>Requests traced per second and process, at most; logs and metrics are never sampled.</summary>
    [Range(0.1, 1_000)]
    public double TracesPerSecond { get; set; } = 5;
}
