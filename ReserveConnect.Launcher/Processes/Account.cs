namespace ReserveConnect.Launcher.Processes;

/// <summary>The account that a child process runs as.</summary>
/// <param name="UserName">User name, or null for the account of this process.</param>
public sealed record Account(string? UserName)
{
    /// <summary>
    /// The account that root drops to. Every Linux and macOS has it, it owns nothing, and initdb insists on an
    /// account that the user database knows.
    /// </summary>
    public const string UnprivilegedUser = "nobody";

    /// <summary>The account of this process.</summary>
    public static readonly Account Own = new((string?)null);

    /// <summary>What a PostgreSQL server may run as: this account, or <see cref="UnprivilegedUser"/> if this is root.</summary>
    public static Account ForServer() => Environment.IsPrivilegedProcess ? new Account(UnprivilegedUser) : Own;
}
