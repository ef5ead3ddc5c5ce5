namespace ReserveConnect.Launcher.Commands;

/// <summary>What the tests found in logs, traces and figures that must not be there.</summary>
internal static class LeakFindings
{
    /// <summary>The file that every test process appends to, in the folder of results.</summary>
    public const string FileName = "leaks.txt";

    /// <summary>How many are shown: the first few of a kind show where to mend.</summary>
    public const int MostShown = 50;

    /// <summary>One line each, every line once.</summary>
    public static IReadOnlyList<string> Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        return File.Exists(file) ? [.. File.ReadLines(file).Where(line => line.Length > 0).Distinct().Take(MostShown)] : [];
    }
}
