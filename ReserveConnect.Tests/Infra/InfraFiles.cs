using System.Text.RegularExpressions;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Infra;

/// <summary>What stands in <c>infra/</c>, read as text: on every platform, with or without Bicep.</summary>
internal static partial class InfraFiles
{
    /// <summary>Names and expressions of the app settings, from <c>functions.bicep</c>.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = Setting()
        .Matches(SettingsBlock().Match(Read("modules/functions.bicep")).Groups["block"].Value)
        .ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value.Trim());

    /// <summary>Parameters of <c>main.bicep</c> that are never shown.</summary>
    public static IReadOnlyList<string> SecureParameters { get; } =
        [.. SecureParameter().Matches(Read("main.bicep")).Select(m => m.Groups["name"].Value)];

    /// <summary>Every text file of <c>infra/</c>, and <c>azure.yaml</c>.</summary>
    public static IEnumerable<string> All =>
        Directory.EnumerateFiles(Bicep.Infra(""), "*", SearchOption.AllDirectories).Append(Path.Combine(TestFolders.Root, "azure.yaml"));

    /// <summary>One file's text.</summary>
    public static string Read(string path) => File.ReadAllText(Bicep.Infra(path));

    [GeneratedRegex(@"^var settings = \{\n(?<block>.*?)^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex SettingsBlock();

    [GeneratedRegex(@"^  '?(?<name>[A-Za-z][\w.]*)'?: (?<value>.+)$", RegexOptions.Multiline)]
    private static partial Regex Setting();

    [GeneratedRegex(@"@secure\(\)\n(@description\('.*'\)\n)?param (?<name>\w+) string")]
    private static partial Regex SecureParameter();
}
