using ReserveConnect.Launcher.Commands;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

public sealed class TestCountsTests
{
    [Fact]
    public async Task The_last_line_counts_every_result_file()
    {
        using var scratch = new ScratchFolder();
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "one.trx"), Trx("Passed", "Passed", "Failed"));
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "two.trx"), Trx("Passed", "NotExecuted", "Timeout"));

        Assert.Equal("3 passed, 2 failed, 1 skipped", TestCounts.Read(scratch.Path).ToString());
    }

    [Fact]
    public void No_result_file_is_no_test() =>
        Assert.Equal(0, TestCounts.Read("/nowhere").Total);

    private static string Trx(params string[] outcomes) =>
        $"""
        <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
          <Results>{string.Concat(outcomes.Select(outcome => $"<UnitTestResult outcome=\"{outcome}\" />"))}</Results>
        </TestRun>
        """;
}
