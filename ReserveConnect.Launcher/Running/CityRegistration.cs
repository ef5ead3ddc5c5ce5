using Dapper;
using Npgsql;

namespace ReserveConnect.Launcher.Running;

/// <summary>Makes the cities of a data folder known, so that the sync asks the Host for them and for no others.</summary>
internal static class CityRegistration
{
    private const string ListingsMark = "-listings.csv";

    /// <summary>Slugs of the cities in a folder: what stands before <c>-listings.csv[.gz]</c>.</summary>
    /// <exception cref="LauncherException">The folder does not exist or holds no listings.</exception>
    public static string[] SlugsIn(string folder)
    {
        if (!Directory.Exists(folder))
            throw new LauncherException($"there is no folder {folder}");
        string[] slugs =
        [
            .. Directory.EnumerateFiles(folder)
                .Select(file => Path.GetFileName(file))
                .Where(name => name.EndsWith(ListingsMark, StringComparison.Ordinal) || name.EndsWith(ListingsMark + ".gz", StringComparison.Ordinal))
                .Select(name => name[..name.LastIndexOf(ListingsMark, StringComparison.Ordinal)])
                .Where(slug => slug.Length > 0)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        return slugs.Length > 0 ? slugs : throw new LauncherException($"{folder} holds no file named {{city}}{ListingsMark} or {{city}}{ListingsMark}.gz");
    }

    /// <summary>Registers the cities of <paramref name="folder"/>; of null nothing, for the migrations know the sample city.</summary>
    public static async Task RegisterAsync(string connectionString, string? folder, CancellationToken cancellation)
    {
        if (folder is null)
            return;
        await using var connection = new NpgsqlConnection(connectionString);
        var slugs = SlugsIn(folder);
        foreach (var slug in slugs)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO reserve.cities (id, slug, name, state)
                VALUES (@Id, @Slug, @Name, '')
                ON CONFLICT (slug) DO NOTHING
                """,
                new { Id = Guid.CreateVersion7(), Slug = slug, Name = NameOf(slug) },
                cancellationToken: cancellation));
        }

        // The sample city: this Host does not have it. A city that was ever loaded stays as it is.
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE reserve.cities AS city
            SET is_active = false
            WHERE slug <> ALL (@slugs)
            AND NOT EXISTS (
                SELECT
                FROM reserve.properties_map AS property
                WHERE property.city_id = city.id)
            """,
            new { slugs },
            cancellationToken: cancellation));
    }

    private static string NameOf(string slug) =>
        string.Join(' ', slug.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
