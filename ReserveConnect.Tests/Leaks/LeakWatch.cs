using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Payments;
using ReserveConnect.Providers;
using ReserveConnect.Reporting;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Leaks;

/// <summary>
/// Looks through every line that a test's host logs, and every trace and figure that the product would export, in every
/// process that the tests start. What must not be there is appended to a file, which fails <c>./reserve test</c>.
/// </summary>
internal static class LeakWatch
{
    /// <summary>What <c>./reserve test</c> reads, in the folder of results.</summary>
    public const string FileName = LeakFindings.FileName;

    private const int MostRemembered = 50_000;
    private const int MostFindings = 200;
    private const int ExcerptLength = 400;

    private static readonly ConcurrentDictionary<string, byte> Clean = new();
    private static readonly ConcurrentDictionary<Leak, string> Leaks = new();
    private static readonly Lock Writing = new();

    /// <summary>The sources of traces that are exported; held to the exporter by a test.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["Npgsql"];

    /// <summary>The meters that are exported.</summary>
    public static IReadOnlyList<string> Meters { get; } =
        [BusinessFigures.MeterName, Limits.MeterName, ProviderMetrics.MeterName, Webhooks.MeterName, "Npgsql"];

    /// <summary>What was found in this process, and where first.</summary>
    public static IReadOnlyDictionary<Leak, string> Findings => Leaks;

    /// <summary>How many texts this process looked through.</summary>
    public static long Looked;

    /// <summary>Looks through a text.</summary>
    /// <param name="where">Which log or source it is from.</param>
    public static void Look(string where, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        Interlocked.Increment(ref Looked);
        if (Clean.ContainsKey(text))
            return;
        var leaks = LeakScanner.Scan(text).ToList();
        if (leaks.Count == 0 && Clean.Count < MostRemembered)
            Clean.TryAdd(text, 0);
        foreach (var leak in leaks.Where(leak => Leaks.Count < MostFindings && Leaks.TryAdd(leak, where)))
            Report(leak, where, text);
    }

    /// <summary>Looks through the logs that children left in a folder.</summary>
    public static void LookThroughLogs(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.log*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
        {
            // What a scenario tells its test is no log of the product's.
            foreach (var line in File.ReadLines(file).Where(line => !line.StartsWith("ready ", StringComparison.Ordinal)))
                Look($"{Path.GetFileName(file)} of a child", line);
        }
    }

    // The traces of Npgsql have no children, and nobody else asks whether they are recorded; the host's own would become the
    // parents of what runs in them. Processes that are children are measured, and log alone.
    [ModuleInitializer]
    internal static void Start()
    {
        if (Assembly.GetEntryAssembly() == typeof(LeakWatch).Assembly)
            return;
        ActivitySource.AddActivityListener(new ActivityListener
        {
            ShouldListenTo = source => Sources.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Look,
        });
        var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (Meters.Contains(instrument.Meter.Name) && !instrument.IsObservable)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Look(instrument, tags));
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Look(instrument, tags));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Look(instrument, tags));
        meters.Start();
    }

    /// <summary>Looks through a trace: its names, tags, events and what it carries along.</summary>
    internal static void Look(Activity activity)
    {
        var where = $"trace {activity.Source.Name}";
        Look(where, activity.DisplayName);
        Look(where, activity.OperationName);
        Look(where, activity.StatusDescription);
        foreach (var tag in activity.TagObjects)
            Look($"{where}, {tag.Key}", Text(tag.Value));
        foreach (var (key, value) in activity.Baggage)
            Look($"{where}, {key}", value);
        foreach (var moment in activity.Events)
        {
            Look(where, moment.Name);
            foreach (var tag in moment.Tags)
                Look($"{where}, {moment.Name}, {tag.Key}", Text(tag.Value));
        }
    }

    private static void Look(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
            Look($"meter {instrument.Name}, {tag.Key}", Text(tag.Value));
    }

    private static string? Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture);

    private static void Report(Leak leak, string where, string text)
    {
        var excerpt = text.ReplaceLineEndings(" ");
        var at = Math.Max(0, excerpt.IndexOf(leak.Found, StringComparison.Ordinal) - ExcerptLength / 2);
        excerpt = excerpt.Substring(at, Math.Min(ExcerptLength, excerpt.Length - at));
        var file = TestFolders.Local(Path.Combine("test-results", FileName));
        lock (Writing)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.AppendAllText(file, $"{leak.Kind} in {where}: {excerpt}\n");
        }
    }
}
