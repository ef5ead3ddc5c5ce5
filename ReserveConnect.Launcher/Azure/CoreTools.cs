using System.Globalization;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Azure;

/// <summary>Azure Functions Core Tools, the <c>func</c> program: the Functions host on a developer's machine.</summary>
internal static class CoreTools
{
    /// <summary>The major version that runs .NET 10 in an isolated worker.</summary>
    public const int Version = 4;

    /// <summary>How to get them, for every system.</summary>
    public const string HowToGet =
        """
        Get them with one of
            npm install -g azure-functions-core-tools@4
            sudo apt-get install azure-functions-core-tools-4      (Debian, Ubuntu; from Microsoft's package feed)
            brew tap azure/functions && brew install azure-functions-core-tools@4
            winget install Microsoft.Azure.FunctionsCoreTools
        or see Microsoft's page "Develop Azure Functions locally using Core Tools" (learn.microsoft.com)
        """;

    /// <summary>Full path of <c>func</c>.</summary>
    /// <exception cref="LauncherException">It is missing, does not run, or is of another major version.</exception>
    public static async Task<string> FindAsync(AzureRunOptions options, CancellationToken cancellation)
    {
        var func = Executables.Find(options.CoreTools)
            ?? throw new LauncherException($"the Azure Functions Core Tools ({options.CoreTools}) are missing. {HowToGet}");
        var answer = await Tool.RequireAsync(new ChildSpec("func --version", func, "--version"), options.VersionPatience, cancellation);
        return IsUsable(answer)
            ? func
            : throw new LauncherException($"{func} is version {LastLine(answer)}; version {Version} is needed. {HowToGet}");
    }

    // On its first run the npm package tells that it fetches the program; the version comes last.
    private static bool IsUsable(string answer) =>
        int.TryParse(LastLine(answer).Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major == Version;

    private static string LastLine(string answer) => answer.TrimEnd().Split('\n')[^1].Trim();
}
