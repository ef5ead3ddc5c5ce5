using System.Text.Json;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>Restores the symbolic links of the server's libraries, which an npm package cannot carry.</summary>
internal static class PostgresSymlinks
{
    private sealed record Link(string Source, string Target);

    /// <summary>Makes the links that <c>native/pg-symlinks.json</c> of <paramref name="package"/> lists, relative, so that the folder can be moved.</summary>
    /// <exception cref="LauncherException">The list points out of the package.</exception>
    public static void Restore(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;

        var native = Path.GetFullPath(Path.Combine(package, "native")) + Path.DirectorySeparatorChar;
        foreach (var link in JsonSerializer.Deserialize<Link[]>(File.ReadAllText(list), JsonSerializerOptions.Web) ?? [])
        {
            var source = Path.GetFullPath(Path.Combine(package, link.Source));
            var target = Path.GetFullPath(Path.Combine(package, link.Target));
            if (!source.StartsWith(native, StringComparison.Ordinal) || !target.StartsWith(native, StringComparison.Ordinal))
                throw new LauncherException($"the PostgreSQL package links out of itself: {link.Target} -> {link.Source}");
            if (Path.Exists(target))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }
}
