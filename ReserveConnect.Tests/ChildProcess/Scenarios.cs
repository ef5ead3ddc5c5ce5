namespace ReserveConnect.Tests.ChildProcess;

/// <summary>The programs that a kill test can start as a child process, by name.</summary>
internal static partial class Scenarios
{
    /// <summary>Name on the command line, and what it runs with the remaining arguments.</summary>
    public static readonly IReadOnlyDictionary<string, Func<string[], Task>> ByName = All();

    private static Dictionary<string, Func<string[], Task>> All()
    {
        var all = new Dictionary<string, Func<string[], Task>>(StringComparer.Ordinal);
        AddOfHost(all);
        return all;
    }

    /// <summary>What only the host that the functions were built for can run.</summary>
    static partial void AddOfHost(Dictionary<string, Func<string[], Task>> all);
}
