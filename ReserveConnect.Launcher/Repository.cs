namespace ReserveConnect.Launcher;

/// <summary>Where things are in the checkout that this launcher was built from.</summary>
internal static class Repository
{
    /// <summary>The folder of <c>ReserveConnect.sln</c>.</summary>
    public static readonly string Root = FindRoot();

    /// <summary>Everything that a run writes: PostgreSQL, data, logs. Never tracked.</summary>
    public static readonly string Local = Path.Combine(Root, ".local");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ReserveConnect.sln")))
                return folder.FullName;
        }

        throw new LauncherException($"no ReserveConnect.sln above {AppContext.BaseDirectory}; the launcher runs from its checkout");
    }
}
