using System.Text.Json;

namespace ReserveConnect.Tests.Providers;

/// <summary>
/// The providers' published contracts, samples and vectors, read from beside the repository. Tests that read them carry
/// the trait <c>Needs</c> = <c>shared</c>, so that a checkout without them can leave those out.
/// </summary>
internal static class Contracts
{
    private static readonly Lazy<string> _folder = new(Find);

    /// <summary>Where <c>../shared/contracts</c> is.</summary>
    public static string Folder => _folder.Value;

    public static byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Folder, path));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Folder, path));

    public static JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(Bytes(path));
        return document.RootElement.Clone();
    }

    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    private static string Find()
    {
        var folder = Path.GetFullPath(Path.Combine(FindRoot(), "..", "shared", "contracts"));
        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException($"{folder} is missing: it holds the contracts that this test checks against; ./reserve test --without-shared leaves such tests out");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ReserveConnect.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("the tests do not run inside the repository");
    }
}
