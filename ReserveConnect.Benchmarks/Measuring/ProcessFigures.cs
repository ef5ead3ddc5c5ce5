using System.Diagnostics;
using System.Globalization;

namespace ReserveConnect.Benchmarks.Measuring;

/// <summary>What the kernel says about a process.</summary>
internal static class ProcessFigures
{
    // What Linux shows to programs, whatever its own clock does.
    private const int TicksPerSecond = 100;
    private const string PeakMark = "VmHWM:";

    /// <summary>The most memory that the process has had resident so far, in megabytes (1024 x 1024); null where there is no /proc.</summary>
    public static double? PeakMegabytes(int processId)
    {
        var file = $"/proc/{processId}/status";
        if (!File.Exists(file))
            return null;
        var line = File.ReadLines(file).First(line => line.StartsWith(PeakMark, StringComparison.Ordinal));
        return long.Parse(line[PeakMark.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>CPU time that the process has used so far.</summary>
    public static TimeSpan CpuTime(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }

    /// <summary>CPU time of a process, of its children, and of those that have ended; null where there is no /proc.</summary>
    public static TimeSpan? CpuTimeWithChildren(int processId)
    {
        if (!Directory.Exists($"/proc/{processId}"))
            return null;
        var ticks = 0L;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            if (Stat(folder) is not { } stat)
                continue;
            if (folder == $"/proc/{processId}")
                ticks += stat.Own + stat.EndedChildren;
            else if (stat.Parent == processId)
                ticks += stat.Own;
        }

        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    private static (int Parent, long Own, long EndedChildren)? Stat(string folder)
    {
        try
        {
            // Behind the name, which is in brackets and may hold anything: state, parent, ..., utime, stime, cutime, cstime.
            var text = File.ReadAllText($"{folder}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long At(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
            return ((int)At(1), At(11) + At(12), At(13) + At(14));
        }
        catch (IOException)
        {
            // It has just ended.
            return null;
        }
    }
}
