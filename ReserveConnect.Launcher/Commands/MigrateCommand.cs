using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Launcher.PostgreSql;

namespace ReserveConnect.Launcher.Commands;

/// <summary>
/// <c>./reserve migrate</c>: brings the database of <c>Reserve__Database__ConnectionString</c> to this version, and lets a
/// login work as the app. A deployment runs it (<c>infra/hooks/migrate.sh</c>); <c>./reserve run</c> migrates by itself.
/// </summary>
internal static class MigrateCommand
{
    /// <summary>Migrates the database of the environment.</summary>
    /// <exception cref="LauncherException">No database is named.</exception>
    public static Task<int> RunAsync(CommandLine line, CancellationToken cancellation) =>
        RunAsync(
            line,
            DatabaseServer.Configured ?? throw new LauncherException("Reserve__Database__ConnectionString names no database"),
            Console.Out,
            cancellation);

    /// <summary>Migrates one database and says what was done.</summary>
    public static async Task<int> RunAsync(CommandLine line, string connectionString, TextWriter output, CancellationToken cancellation)
    {
        var owner = line.Option("--owner");
        var role = line.Option("--role");
        var objectId = line.Option("--entra-object-id", text => (Guid.TryParse(text, out var id), id));
        var embedded = line.Flag("--embedded");
        line.End();
        if (objectId is not null && role is null)
            throw new UsageException("--entra-object-id needs --role");
        if (embedded && role is null)
            throw new UsageException("--embedded needs --role");

        if (objectId is { } id)
            await AppRole.EnsurePrincipalAsync(connectionString, role!, id, cancellation);

        await DatabaseRoles.EnsureAsync(connectionString, owner, cancellation);
        // Whoever migrates next may be another member of the owner, and must be able to change what is made now.
        var asOwner = owner is null
            ? connectionString
            : new NpgsqlConnectionStringBuilder(connectionString) { Options = $"-c role={owner}" }.ConnectionString;
        var applied = await Migrations.ApplyAsync(asOwner, cancellation);
        await output.WriteLineAsync(applied.Count == 0 ? "the database is of this version" : $"applied {string.Join(", ", applied)}");
        if (role is not null)
        {
            await AppRole.GrantAsync(connectionString, owner, role, cancellation);
            if (embedded)
                await HostSchema.GiveAsync(connectionString, role, cancellation);
            await output.WriteLineAsync($"{role} may work as the app");
        }

        return ExitCode.Done;
    }
}
