using System.Text.RegularExpressions;
using ReserveConnect.Providers;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Infra;

/// <summary>An alert or a chart over something that nothing emits would never tell.</summary>
public sealed partial class AlertTests
{
    // Npgsql's own meter; the names are those of its version 10.
    private const string NpgsqlPrefix = "db.client.";

    private static readonly string Code = string.Concat(
        new[] { "ReserveConnect.Core", "ReserveConnect.Functions" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(TestFolders.Root, project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(File.ReadAllText));

    public static TheoryData<string> Queries =>
        [.. Directory.EnumerateFiles(Bicep.Infra("alerts"), "*.kql").Select(f => Path.GetFileName(f)).Order()];

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_query_asks_only_for_what_the_app_emits(string file)
    {
        var query = InfraFiles.Read($"alerts/{file}");
        ExpectEmitted(query);
        Assert.Contains($"'../alerts/{file}'", InfraFiles.Read("modules/alerts.bicep"), StringComparison.Ordinal);
        Assert.StartsWith("// ", query, StringComparison.Ordinal);
    }

    [Fact]
    public void The_workbook_shows_only_what_the_app_emits() => ExpectEmitted(InfraFiles.Read("workbook.json"));

    [Fact]
    public void Every_meter_of_the_business_is_exported_to_application_insights()
    {
        var exporter = File.ReadAllText(Path.Combine(TestFolders.Root, "ReserveConnect.Functions", "Azure", "AzureTelemetry.cs"));
        var meters = typeof(ProviderMetrics).Assembly.GetTypes().Where(type => type.GetField("MeterName") is { IsLiteral: true }).ToList();
        Assert.Contains(typeof(ProviderMetrics), meters);
        Assert.All(meters, type => Assert.Contains($"{type.Name}.MeterName", exporter, StringComparison.Ordinal));
        Assert.Contains("\"Npgsql\"", exporter, StringComparison.Ordinal);
    }

    private static void ExpectEmitted(string query)
    {
        foreach (var metric in Metric().Matches(query).Select(m => m.Groups["name"].Value).Where(m => !m.StartsWith(NpgsqlPrefix, StringComparison.Ordinal)))
        {
            Assert.Contains($"\"{metric}\"", Code, StringComparison.Ordinal);
        }

        foreach (var value in Provider().Matches(query).SelectMany(m => Quoted().Matches(m.Value)).Concat(Outcome().Matches(query).SelectMany(m => Quoted().Matches(m.Value))))
        {
            Assert.Contains($"\"{value.Groups["text"].Value}\"", Code, StringComparison.Ordinal);
        }

        foreach (var template in Template().Matches(query).Select(m => m.Groups["text"].Value))
        {
            Assert.Contains(template, Code, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("Name == '(?<name>[^']+)'")]
    private static partial Regex Metric();

    [GeneratedRegex(@"Properties\.provider\) (==|in) \(?[^)\n]+")]
    private static partial Regex Provider();

    [GeneratedRegex(@"outcome (==|!=|in) \(?[^)\n|]+")]
    private static partial Regex Outcome();

    [GeneratedRegex("'(?<text>[a-z_]+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("has '(?<text>[^']+)'")]
    private static partial Regex Template();
}
