using System.Globalization;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>The two files of a city; its code is what stands before <c>-listings</c>.</summary>
internal sealed record CityFiles(string Code, string Listings, string Calendar)
{
    private static readonly string[] _extensions = [".csv", ".csv.gz"];

    /// <summary>The code and the files' sizes.</summary>
    public string Fingerprint => string.Create(
        CultureInfo.InvariantCulture, $"{Code} {new FileInfo(Listings).Length}+{new FileInfo(Calendar).Length}");

    /// <summary>The pairs in a folder, by code.</summary>
    /// <exception cref="InvalidDataException">There is no such folder.</exception>
    public static IReadOnlyList<CityFiles> Find(string directory)
    {
        if (!Directory.Exists(directory))
            throw new InvalidDataException($"There is no folder '{directory}'.");
        return
        [
            .. from listings in Directory.EnumerateFiles(directory, "*-listings.csv*").Order(StringComparer.Ordinal)
               let name = Path.GetFileName(listings)
               let code = name[..name.IndexOf("-listings.csv", StringComparison.Ordinal)]
               let calendar = _extensions.Select(e => Path.Combine(directory, $"{code}-calendar{e}")).FirstOrDefault(File.Exists)
               where _extensions.Any(e => name == $"{code}-listings{e}") && calendar is not null
               select new CityFiles(code.ToLowerInvariant(), listings, calendar),
        ];
    }
}
