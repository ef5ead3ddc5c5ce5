using System.Text.RegularExpressions;
using ReserveConnect.Tests.Database;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ReserveConnect.Tests.Workshop;

/// <summary>What every workflow of the repository promises: nothing unpinned, nothing without an end, no right that it does not need.</summary>
public sealed partial class WorkflowTests
{
    private static readonly string Folder = Path.Combine(TestFolders.Root, ".github", "workflows");

    // Rights that a job may add, and for what.
    private static readonly HashSet<string> JobRights = ["contents: read", "id-token: write"];

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_action_is_pinned_to_a_commit_and_says_its_version(string file)
    {
        var uses = File.ReadLines(Path.Combine(Folder, file)).Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(uses);
        Assert.All(uses, line => Assert.Matches(Pinned(), line));
        Assert.Equal(uses.Length, Jobs(file).SelectMany(job => Steps(job.Value)).Count(step => step.Children.ContainsKey("uses")));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_job_has_an_end_and_a_fixed_runner(string file) =>
        Assert.All(Jobs(file), job =>
        {
            Assert.InRange(int.Parse(Text(job.Value, "timeout-minutes"), System.Globalization.CultureInfo.InvariantCulture), 1, 90);
            Assert.DoesNotContain("latest", Text(job.Value, "runs-on"), StringComparison.Ordinal);
        });

    [Theory]
    [MemberData(nameof(Files))]
    public void Rights_are_read_only_save_the_few_that_a_job_names(string file)
    {
        var workflow = Read(file);

        Assert.Equal(["contents: read"], Rights(workflow));
        Assert.All(Jobs(file).SelectMany(job => Rights(job.Value)), right => Assert.Contains(right, JobRights));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_checkout_leaves_its_token_behind_and_runs_of_one_thing_do_not_overlap(string file)
    {
        var checkouts = Jobs(file).SelectMany(job => Steps(job.Value))
            .Where(step => step.Children.TryGetValue("uses", out var uses) && uses.ToString().StartsWith("actions/checkout@", StringComparison.Ordinal))
            .ToArray();

        Assert.NotEmpty(checkouts);
        Assert.All(checkouts, step => Assert.Equal("false", Text((YamlMappingNode)step["with"], "persist-credentials")));
        Assert.NotEmpty(Text((YamlMappingNode)Read(file)["concurrency"], "group"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_expression_that_an_outsider_can_write_reaches_a_shell(string file) =>
        Assert.All(
            Jobs(file).SelectMany(job => Steps(job.Value)).Where(step => step.Children.ContainsKey("run")),
            step => Assert.DoesNotContain("${{", Text(step, "run"), StringComparison.Ordinal));

    // Only a shell that is asked for by name fails when the first part of a pipe does.
    [Theory]
    [MemberData(nameof(Files))]
    public void A_pipe_fails_with_any_of_its_parts(string file) =>
        Assert.All(Jobs(file), job =>
        {
            Assert.Equal("bash", Shell(job.Value.Children.ContainsKey("defaults") ? job.Value : Read(file)));
            Assert.DoesNotContain(Steps(job.Value), step => step.Children.ContainsKey("shell"));
        });

    [Fact]
    public void Only_tests_that_take_the_nights_seed_run_with_ten_of_them()
    {
        var chaos = Jobs("nightly.yml").Single(job => job.Key.ToString() == "chaos").Value;
        var names = ((YamlSequenceNode)chaos["strategy"]["matrix"]["tests"]).Select(name => name.ToString()).ToArray();
        Assert.NotEmpty(names);
        Assert.All(names, name =>
        {
            var sources = Directory.GetFiles(Path.Combine(TestFolders.Root, "ReserveConnect.Tests"), $"*{name}.cs", SearchOption.AllDirectories);
            Assert.NotEmpty(sources);
            Assert.All(sources, source => Assert.Contains("TestSeed.Or(", File.ReadAllText(source), StringComparison.Ordinal));
        });
    }

    [Fact]
    public void There_are_the_three_workflows() =>
        Assert.Equal(["ci.yml", "deploy.yml", "nightly.yml"], Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    private static YamlMappingNode Read(string file) => Yaml.Read(Path.Combine(Folder, file));

    private static IEnumerable<KeyValuePair<YamlNode, YamlMappingNode>> Jobs(string file) =>
        ((YamlMappingNode)Read(file)["jobs"]).Children.Select(job => KeyValuePair.Create(job.Key, (YamlMappingNode)job.Value));

    private static IEnumerable<YamlMappingNode> Steps(YamlMappingNode job) => ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>();

    private static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    private static string Shell(YamlMappingNode node) => Text((YamlMappingNode)node["defaults"]["run"], "shell");

    private static IEnumerable<string> Rights(YamlMappingNode node) =>
        node.Children.TryGetValue("permissions", out var rights)
            ? ((YamlMappingNode)rights).Children.Select(right => $"{right.Key}: {right.Value}")
            : [];

    [GeneratedRegex(@"^\s*(?:- )?uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$")]
    private static partial Regex Pinned();
}
