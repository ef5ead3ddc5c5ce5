using System.Text.RegularExpressions;
using ReserveConnect.Support;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Support;

/// <summary>Whatever is raised anywhere is in the table of kinds, and so has somebody whose it is and something that can be done.</summary>
public sealed partial class TroubleTypesTests
{
    // The way in, and the table itself.
    private static readonly string[] Ours =
        [Path.Combine("ReserveConnect.Core", "Support", "Exceptions.cs"), Path.Combine("ReserveConnect.Core", "Support", "TroubleTypes.cs")];

    private static readonly (string File, string Text)[] All =
    [
        .. Directory.EnumerateFiles(Path.Combine(TestFolders.Root, "ReserveConnect.Core"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(TestFolders.Root, "ReserveConnect.Functions"), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => (Path.GetRelativePath(TestFolders.Root, file), File.ReadAllText(file))),
    ];

    private static readonly (string File, string Text)[] Sources = [.. All.Where(source => Raising().IsMatch(source.Text) && !Ours.Contains(source.File))];

    // By class, which has its file's name.
    private static readonly Dictionary<string, string> Constants = All
        .Where(source => Constant().IsMatch(source.Text))
        .ToDictionary(source => Path.GetFileNameWithoutExtension(source.File), source => Constant().Match(source.Text).Groups["type"].Value);

    public static TheoryData<string> Files => [.. Sources.Select(source => source.File).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_a_file_raises_is_in_the_table(string file)
    {
        var raised = Raised(Sources.Single(source => source.File == file).Text);

        Assert.True(raised.Count > 0, $"{file} raises an exception, and nobody here can tell of which type: write it as the others do, or teach this test");
        Assert.All(raised, type => Assert.Contains(type, TroubleTypes.All.Select(known => known.Name)));
    }

    [Fact]
    public void Each_kind_is_there_once_with_a_severity_and_something_to_do()
    {
        Assert.Equal(TroubleTypes.All.Count, TroubleTypes.All.Select(type => type.Name).Distinct().Count());
        Assert.All(TroubleTypes.All, type =>
        {
            Assert.Contains(type.Severity, new[] { "critical", "high", "medium", "low" });
            Assert.NotEmpty(type.Actions);
            Assert.True(type.Deadline > TimeSpan.Zero);
        });
    }

    [Fact]
    public void A_kind_that_is_not_in_the_table_would_be_found() => Assert.Equal(
        ["brand_new", "other", "third"],
        Raised(
            """
            await Exceptions.RaiseAsync(unit, new($"brand_new:{id}", "brand_new", "high", "A title", due), now);
            private const string ExceptionType = "other";
            await Exceptions.RaiseAsync(unit, TroubleTypes.Of("third").About(id, now), now);
            """));

    private static IReadOnlyList<string> Raised(string text) =>
    [
        .. Literal().Matches(text).Concat(Constant().Matches(text)).Concat(Listed().Matches(text)).Concat(Selected().Matches(text))
            .Select(match => match.Groups["type"].Value)
            .Concat(Elsewhere().Matches(text).Select(match => Constants[match.Groups["class"].Value]))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"Exceptions\.RaiseAsync\(|new TroubleReport\(|TroubleReport \w+\(|INSERT INTO reserve\.exceptions(?! \(id, exception_key\))")]
    private static partial Regex Raising();

    // The key, then the type.
    [GeneratedRegex("""(?:\$"[^"]*"|\w+\([^()]*\)),\s*"(?<type>[a-z_]+)",[^",]*"(?:critical|high|medium|low)""")]
    private static partial Regex Literal();

    [GeneratedRegex("""const string ExceptionType = "(?<type>[a-z_]+)";""")]
    private static partial Regex Constant();

    [GeneratedRegex(@"\b(?<class>[A-Z]\w+)\.Trouble\(")]
    private static partial Regex Elsewhere();

    [GeneratedRegex("""TroubleTypes\.Of\("(?<type>[a-z_]+)"\)""")]
    private static partial Regex Listed();

    [GeneratedRegex("""'(?<type>[a-z_]+)' (?:AS|END AS) exception_type|UNION ALL\s+SELECT '(?<type>[a-z_]+)', n\.""")]
    private static partial Regex Selected();
}
