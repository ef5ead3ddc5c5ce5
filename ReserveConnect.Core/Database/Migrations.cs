using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace ReserveConnect.Database;

/// <summary>
/// Brings a database to this version: numbered SQL files, each applied once in a transaction of its own, under an
/// advisory lock, in order. An applied file that has changed since is refused: what was applied is history.
/// </summary>
public static class Migrations
{
    /// <summary>Held while migrating, so that two starts at once do not apply a file twice.</summary>
    private const long AdvisoryLock = 0x5245_5345_5256_4501;

    /// <summary>Applies what is missing.</summary>
    /// <returns>The names of the files applied now, in order.</returns>
    /// <param name="connectionString">As whoever owns the tables, or will.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="MigrationException">
    /// An applied file was changed or is missing from this version; or <see cref="DatabaseRoles.EnsureAsync"/> was not called.
    /// </exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(string connectionString, CancellationToken cancellation)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync("SELECT pg_advisory_lock(@AdvisoryLock)", new { AdvisoryLock });
        try
        {
            await DatabaseRoles.RequireAsync(connection);
            await connection.ExecuteAsync(
                """
                CREATE SCHEMA IF NOT EXISTS reserve;
                CREATE TABLE IF NOT EXISTS reserve.schema_migrations (
                    name text PRIMARY KEY,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """);
            var applied = (await connection.QueryAsync<(string Name, string Checksum)>(
                "SELECT name, checksum FROM reserve.schema_migrations")).ToDictionary(m => m.Name, m => m.Checksum);
            var files = Files();
            Verify(applied, files);

            var pending = files.Where(f => !applied.ContainsKey(f.Name)).ToList();
            foreach (var file in pending)
            {
                await ApplyAsync(connection, file, cancellation);
            }

            return [.. pending.Select(f => f.Name)];
        }
        finally
        {
            await connection.ExecuteAsync("SELECT pg_advisory_unlock(@AdvisoryLock)", new { AdvisoryLock });
        }
    }

    /// <summary>The files that <paramref name="connection"/>'s database lacks; empty when it is of this version.</summary>
    public static async Task<IReadOnlyList<string>> PendingAsync(NpgsqlConnection connection)
    {
        var known = await connection.ExecuteScalarAsync<bool>("SELECT to_regclass('reserve.schema_migrations') IS NOT NULL");
        var applied = known
            ? await connection.QueryAsync<string>("SELECT name FROM reserve.schema_migrations")
            : [];
        return [.. Files().Select(f => f.Name).Except(applied)];
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, MigrationFile file, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync(file.Sql);
        await connection.ExecuteAsync(
            "INSERT INTO reserve.schema_migrations (name, checksum) VALUES (@Name, @Checksum)",
            new { file.Name, file.Checksum });
        await transaction.CommitAsync(cancellation);
    }

    private static void Verify(Dictionary<string, string> applied, List<MigrationFile> files)
    {
        foreach (var (name, checksum) in applied)
        {
            var file = files.Find(f => f.Name == name)
                ?? throw new MigrationException($"{name} was applied to this database and is unknown to this version");
            if (file.Checksum != checksum)
            {
                throw new MigrationException($"{name} was changed after it was applied; add a new file instead");
            }
        }
    }

    private static List<MigrationFile> Files()
    {
        var assembly = typeof(Migrations).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
                var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
                return new MigrationFile(name, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
            })];
    }

    private sealed record MigrationFile(string Name, string Sql, string Checksum);
}

/// <summary>The database's history does not fit this version.</summary>
public sealed class MigrationException(string message) : Exception(message);
