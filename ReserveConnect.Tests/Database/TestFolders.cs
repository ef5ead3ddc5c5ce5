namespace ReserveConnect.Tests.Database;

/// <summary>Where tests find and put files.</summary>
public static class TestFolders
{
    /// <summary>The folder of <c>ReserveConnect.sln</c>.</summary>
    public static readonly string Root = FindRoot();

    /// <summary>A path under <c>.local</c>, which is never tracked.</summary>
    public static string Local(string path) => Path.Combine(Root, ".local", path);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ReserveConnect.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run from their checkout");
    }
}
