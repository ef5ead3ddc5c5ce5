using System.Text.RegularExpressions;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Workshop;

public sealed partial class NeedsSharedTests
{
    /// <summary>A checkout without <c>../shared</c> leaves those tests out by their trait; one that lacks it would fail there.</summary>
    [Fact]
    public void Every_test_that_reads_the_shared_contracts_or_data_carries_the_trait()
    {
        var tests = Path.Combine(TestFolders.Root, "ReserveConnect.Tests");
        // Every slice there is; the one that this file stands in only speaks of it.
        var readers = Directory.EnumerateDirectories(tests)
            .Where(folder => Path.GetFileName(folder) is not ("bin" or "obj" or "Workshop"))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*Tests.cs", SearchOption.AllDirectories))
            .Where(file => Reads().IsMatch(File.ReadAllText(file)))
            .ToArray();

        Assert.NotEmpty(readers);
        Assert.All(readers, file => Assert.True(
            File.ReadAllText(file).Contains("[Trait(\"Needs\", \"shared\")]", StringComparison.Ordinal),
            $"{Path.GetRelativePath(tests, file)} reads ../shared and has no [Trait(\"Needs\", \"shared\")]"));
    }

    [GeneratedRegex("""\bContracts\.(Json|Text|Bytes|Folder)\b|\b(Stripe|MercadoPago)Schema\.|"shared", "data"|"\.\./shared""")]
    private static partial Regex Reads();
}
