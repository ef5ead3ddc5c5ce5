namespace ReserveConnect.Launcher.Processes;

/// <summary>What the machine's user database says about an account.</summary>
internal static class UserIds
{
    /// <summary>Number of the primary group of <paramref name="user"/>.</summary>
    /// <exception cref="LauncherException">There is no such user.</exception>
    public static string PrimaryGroup(string user) =>
        File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .Where(field => field.Length > 3 && field[0] == user)
            .Select(field => field[3])
            .FirstOrDefault()
        ?? throw new LauncherException($"this machine has no user '{user}' for PostgreSQL to run as; start ./reserve as an ordinary user");
}
