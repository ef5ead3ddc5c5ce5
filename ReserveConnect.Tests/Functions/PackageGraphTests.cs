using System.Text.Json;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Functions;

/// <summary>The embedded build needs nothing of Azure.</summary>
public sealed class PackageGraphTests
{
    private static readonly string[] Foreign =
        ["Azure.", "Microsoft.Azure.", "Microsoft.DurableTask.", "Microsoft.Identity.", "Grpc.", "Google.Protobuf", "Stripe.net", "SendGrid"];

    [Fact]
    public void No_lock_file_of_the_embedded_build_names_a_package_of_the_azure_host()
    {
        var files = LockFiles().ToList();
        // Every project but the sandbox's and the tests' kin has one; none read would prove nothing.
        Assert.True(files.Count >= 7, $"only {files.Count} lock files found");

        var found = from file in files
                    from package in Packages(file)
                    where Foreign.Any(prefix => package.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                    select $"{Path.GetRelativePath(TestFolders.Root, file)}: {package}";

        Assert.Equal([], found);
    }

    [Fact]
    public void Lock_files_hold_no_addresses() =>
        Assert.All(LockFiles(), file => Assert.DoesNotContain("://", File.ReadAllText(file), StringComparison.Ordinal));

    private static IEnumerable<string> LockFiles() =>
        Directory.EnumerateDirectories(TestFolders.Root, "ReserveConnect.*")
            .SelectMany(project => Directory.EnumerateFiles(project, "packages*.lock.json"))
            .Where(file => !file.EndsWith(".azure.lock.json", StringComparison.Ordinal));

    private static IEnumerable<string> Packages(string lockFile)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(lockFile));
        return
        [
            .. document.RootElement.GetProperty("dependencies").EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject())
                .Select(package => package.Name),
        ];
    }
}
