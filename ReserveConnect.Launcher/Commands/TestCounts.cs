using System.Globalization;
using System.Xml.Linq;

namespace ReserveConnect.Launcher.Commands;

/// <summary>How a test run ended, from the result files that <c>dotnet test</c> wrote.</summary>
internal sealed record TestCounts(int Passed, int Failed, int Skipped)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>All tests.</summary>
    public int Total => Passed + Failed + Skipped;

    /// <summary>Adds up the <c>.trx</c> files under <paramref name="folder"/>; what was not executed was skipped, anything else but a pass is a failure.</summary>
    public static TestCounts Read(string folder)
    {
        var sum = new TestCounts(0, 0, 0);
        if (!Directory.Exists(folder))
            return sum;
        foreach (var file in Directory.EnumerateFiles(folder, "*.trx", SearchOption.AllDirectories))
        {
            foreach (var outcome in XDocument.Load(file).Descendants(Trx + "UnitTestResult").Select(result => (string?)result.Attribute("outcome")))
            {
                sum = outcome switch
                {
                    "Passed" => sum with { Passed = sum.Passed + 1 },
                    "NotExecuted" => sum with { Skipped = sum.Skipped + 1 },
                    _ => sum with { Failed = sum.Failed + 1 },
                };
            }
        }

        return sum;
    }

    /// <summary>The last line of <c>./reserve test</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed, {Skipped} skipped");
}
