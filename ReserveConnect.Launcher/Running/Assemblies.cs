namespace ReserveConnect.Launcher.Running;

/// <summary>The programs of this checkout, as built with the launcher.</summary>
internal static class Assemblies
{
    /// <summary>The assembly of <paramref name="project"/> in the configuration (Debug, Release) that the launcher itself was built in.</summary>
    /// <exception cref="LauncherException">It has not been built.</exception>
    public static string Of(string project)
    {
        // {project}/bin/{configuration}/{framework}/
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var assembly = Path.Combine(Repository.Root, project, "bin", output.Parent!.Name, output.Name, project + ".dll");
        return File.Exists(assembly)
            ? assembly
            : throw new LauncherException($"{assembly} is missing; build the solution");
    }
}
