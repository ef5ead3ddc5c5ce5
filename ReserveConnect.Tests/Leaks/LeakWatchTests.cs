using System.Diagnostics;
using System.Text.RegularExpressions;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Leaks;

public sealed partial class LeakWatchTests
{
    [Fact]
    public void Every_source_and_meter_that_is_exported_is_watched()
    {
        var exporter = File.ReadAllText(Path.Combine(TestFolders.Root, "ReserveConnect.Functions", "Azure", "AzureTelemetry.cs"));
        Assert.Equal(LeakWatch.Sources, [.. Source().Matches(exporter).Select(match => match.Groups[1].Value)]);
        Assert.Equal(LeakWatch.Meters.Count, Meters().Match(exporter).Groups[1].Value.Split(',').Length);
    }

    [Fact]
    public void Traces_of_the_database_are_recorded_in_the_process_of_the_tests()
    {
        using var source = new ActivitySource("Npgsql");
        using var activity = source.StartActivity("probe");
        Assert.True(activity?.IsAllDataRequested);
    }

    [Fact]
    public async Task What_the_watch_found_is_read_once_a_line()
    {
        using var scratch = new ScratchFolder();
        Assert.Empty(LeakFindings.Read(scratch.Path));

        await File.WriteAllTextAsync(Path.Combine(scratch.Path, LeakWatch.FileName), "one\ntwo\none\n\n");

        Assert.Equal(["one", "two"], LeakFindings.Read(scratch.Path));
    }

    [GeneratedRegex("""AddSource\("(\w+)"\)""")]
    private static partial Regex Source();

    [GeneratedRegex(@"AddMeter\(([^)]+)\)")]
    private static partial Regex Meters();
}
