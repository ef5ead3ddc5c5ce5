using System.Text.RegularExpressions;
using ReserveConnect.Tests.Database;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ReserveConnect.Tests.Workshop;

public sealed partial class RootFileTests
{
    public static TheoryData<string> Pages => ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_file_that_a_page_names_is_there(string page)
    {
        var text = File.ReadAllText(At(page));
        var named = Link().Matches(text).Concat(Quoted().Matches(text)).Select(found => found.Groups["path"].Value).ToArray();

        Assert.All(named, path => Assert.True(Path.Exists(At(path)), $"{page} names {path}"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_that_a_page_names_exists(string page) =>
        Assert.All(
            Command().Matches(File.ReadAllText(At(page))).Select(found => found.Groups["command"].Value),
            command => Assert.Contains($"./reserve {command}", Help.Value, StringComparison.Ordinal));

    /// <summary>A page that waits for a figure does not say what it seems to say.</summary>
    [Fact]
    public void No_page_has_a_place_holder_left()
    {
        var pages = Directory.EnumerateFiles(At("docs"), "*.md", SearchOption.AllDirectories)
            .Concat(new[] { "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "infra/README.md" }.Select(At))
            .ToList();

        Assert.All(pages, page => Assert.DoesNotMatch(PlaceHolder(), File.ReadAllText(page)));
    }

    [Fact]
    public void Every_lock_file_of_npm_has_checksums_and_no_addresses()
    {
        var locks = Directory.EnumerateFiles(At("tools"), "package-lock.json", SearchOption.AllDirectories).Select(File.ReadAllText).ToArray();

        Assert.Equal(2, locks.Length);
        Assert.All(locks, text =>
        {
            Assert.Contains("\"integrity\": \"sha512-", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"resolved\"", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Issue_forms_and_updates_are_what_GitHub_reads()
    {
        foreach (var form in Directory.EnumerateFiles(At(".github/ISSUE_TEMPLATE"), "*.yml").Where(file => Path.GetFileName(file) != "config.yml"))
        {
            var read = Yaml.Read(form);
            Assert.All((string[])["name", "description", "body"], key => Assert.Contains(key, read.Children.Keys.Select(node => node.ToString())));
        }

        var updates = ((YamlSequenceNode)Yaml.Read(At(".github/dependabot.yml"))["updates"]).Select(update => update["package-ecosystem"].ToString());
        Assert.Superset(new HashSet<string> { "nuget", "npm", "github-actions" }, updates.ToHashSet());
    }

    private static readonly Lazy<string> Help = new(() =>
    {
        using var help = new StringWriter();
        ReserveConnect.Launcher.Commands.Help.Print(help, 0);
        return help.ToString();
    });

    private static string At(string path) => Path.Combine(TestFolders.Root, path);

    [GeneratedRegex(@"\]\((?<path>[\w./-]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<path>(?:\.github|\.devcontainer|docs|infra|tools|ReserveConnect\.\w+)/[\w./-]*\w|[A-Z]+\.md|requests\.http|docker-compose\.yml|BannedSymbols\.txt|local\.settings\.sample\.json|Directory\.Packages\.props|\.ci/run)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\./reserve (?<command>[a-z]+)")]
    private static partial Regex Command();

    // Outside code and names of settings nobody writes WORDS_LIKE_THIS.
    [GeneratedRegex("""(?<![`\w$%{"/.=])\b(?:TODO|FIXME|TBD|XXX|[A-Z]{3,}_(?:SUITE|FIGURES|NUMBERS|HERE))\b""")]
    private static partial Regex PlaceHolder();
}
