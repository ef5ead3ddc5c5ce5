namespace ReserveConnect.Launcher.Processes;

/// <summary>Finds programs.</summary>
internal static class Executables
{
    // Where distributions keep administrators' programs; an ordinary user's PATH often leaves them out.
    private static readonly string[] SystemFolders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

    /// <summary>Full path of a program on PATH or in the system's folders, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(SystemFolders)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
