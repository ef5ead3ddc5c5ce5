using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Database;

/// <summary>Section <c>Reserve:Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Reserve:Database";

    /// <summary>PostgreSQL 15 to 18, in Npgsql's format.</summary>
    [Required(ErrorMessage = "Reserve:Database:ConnectionString is missing")]
    public string ConnectionString { get; set; } = "";

    /// <summary>How often a transaction that lost a deadlock or a serialisation race is run again.</summary>
    [Range(0, 10)]
    public int TransactionRetries { get; set; } = 3;
}
