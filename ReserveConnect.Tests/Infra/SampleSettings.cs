using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Infra;

/// <summary><c>local.settings.sample.json</c>: every setting with a value for this machine, and what it means.</summary>
internal static partial class SampleSettings
{
    private static readonly JsonObject File =
        JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(TestFolders.Root, "local.settings.sample.json")))!.AsObject();

    public static IReadOnlyDictionary<string, string> Values { get; } = Section("Values");

    public static IReadOnlyDictionary<string, string> Meaning { get; } = Section("Meaning");

    /// <summary>Whether a setting's value must never be seen.</summary>
    public static bool IsSecret(string name) => Secret().IsMatch(name);

    /// <summary>Whether the setting is one of this project's.</summary>
    public static bool IsOurs(string name) => name.StartsWith("Reserve__", StringComparison.Ordinal);

    private static Dictionary<string, string> Section(string name) =>
        File[name]!.AsObject().ToDictionary(s => s.Key, s => s.Value!.GetValue<string>());

    [GeneratedRegex("^Reserve__.*(ApiKey|WebhookSecret|AccessToken|__Key|SigningKeys|SecretKeys|Password)$")]
    private static partial Regex Secret();
}
