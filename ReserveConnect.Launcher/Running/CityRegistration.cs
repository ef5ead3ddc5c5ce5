using Dapper;
using Npgsql;

namespace ReserveConnect.Launcher.Running;

/// <summary>Makes the cities of a data folder known, so that the sync asks the Host for them.</summary>
internal static class CityRegistration
{
    private const string ListingsMark = "-listings.csv";

    /// <summary>Slugs of the cities in a folder: what stands before <c>-listings.csv[.gz]</c>.</summary>
    /// <exception cref="LauncherException">The folder does not exist or holds no listings.</exception>
    public static IReadOnlyList<string> SlugsIn(string folder)
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
        foreach (var slug in SlugsIn(folder))
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
    }

    private static string NameOf(string slug) =>
        string.Join(' ', slug.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
