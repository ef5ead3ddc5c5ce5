using System.Text.Json;

namespace ReserveConnect.Tests.Providers;

/// <summary>The providers' published contracts, samples and vectors, read from beside the repository.</summary>
internal static class Contracts
{
    /// <summary>Where <c>../shared/contracts</c> is.</summary>
    public static string Folder { get; } = Find();

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
        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException($"{folder} is needed by the tests of the providers");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ReserveConnect.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("the tests do not run inside the repository");
    }
}
