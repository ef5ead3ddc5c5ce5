using System.Text.Json;
using ReserveConnect.Sandbox.Cities;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Inventory;

/// <summary>What the listings of a real city say; the files are not part of the project.</summary>
internal static class RealCity
{
    /// <summary>Every amenity of every listing of Antwerp.</summary>
    public static IEnumerable<string> Amenities()
    {
        using var listings = new CsvFile(Path.GetFullPath(Path.Combine(TestFolders.Root, "..", "shared", "data", "antwerp-listings.csv.gz")), "amenities");
        while (listings.Read())
        {
            foreach (var name in JsonSerializer.Deserialize<string[]>(listings.Bytes(0))!.Distinct())
                yield return name;
        }
    }
}
