using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Database;

/// <summary>Section <c>Reserve:Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Reserve:Database";

    /// <summary>PostgreSQL 15 to 18, in Npgsql's format.</summary>
    [Required(ErrorMessage = "Reserve:Database:ConnectionString is missing")]
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Connections of the service at most, unless the connection string names a Maximum Pool Size. Few on purpose: each keeps its own
    /// plans and catalogue caches, so work that is spread over a hundred is parsed and planned a hundred times, and more
    /// than the cores can run only wait for each other inside the server instead of before it.
    /// </summary>
    [Range(2, 1_000)]
    public int MaxConnections { get; set; } = 20;

    /// <summary>
    /// Connections at most that read for callers, beside those above. A guest's read is short; more of them at once than this
    /// wait for each other.
    /// </summary>
    [Range(1, 1_000)]
    public int MaxCallerConnections { get; set; } = 10;

    /// <summary>How often a transaction that lost a deadlock or a serialisation race is run again.</summary>
    [Range(0, 10)]
    public int TransactionRetries { get; set; } = 3;

    /// <summary>No password in the connection string: the host's identity gets a token for the server (Azure only).</summary>
    public bool Passwordless { get; set; }

    /// <summary>
    /// How often a token is asked for. Often, because the one that is given may be of the identity's cache and near its end;
    /// asking costs nothing while that one lives.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan TokenRefresh { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>How soon again when no token was to be had.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan TokenRetry { get; set; } = TimeSpan.FromSeconds(5);
}
