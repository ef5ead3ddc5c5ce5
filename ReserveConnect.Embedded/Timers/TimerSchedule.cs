using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using NCrontab;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Timers;

/// <summary>When a timer runs: a cron expression in UTC, of six fields (second first) or five.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule _cron;

    private TimerSchedule(CrontabSchedule cron) => _cron = cron;

    /// <exception cref="StartRefusedException">The expression is none, its setting is missing, or it never comes round.</exception>
    public static TimerSchedule Parse(LoadedFunction function, IConfiguration configuration, DateTime now)
    {
        var expression = Resolve(function, ((TimerTriggerAttribute)function.Trigger).Schedule, configuration);
        var withSeconds = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6;
        var cron = CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = withSeconds })
            ?? throw new StartRefusedException($"function '{function.Name}': '{expression}' is not a cron expression of five or six fields");
        var schedule = new TimerSchedule(cron);
        return schedule.Next(now) < DateTime.MaxValue
            ? schedule
            : throw new StartRefusedException($"function '{function.Name}': '{expression}' never comes round");
    }

    /// <summary>The first occurrence after the instant (UTC); <see cref="DateTime.MaxValue"/> where there is none.</summary>
    public DateTime Next(DateTime after)
    {
        // NCrontab searches up to an end and gives that end where it finds nothing.
        var end = after.AddYears(100);
        var next = _cron.GetNextOccurrence(after, end);
        return next < end ? DateTime.SpecifyKind(next, DateTimeKind.Utc) : DateTime.MaxValue;
    }

    private static string Resolve(LoadedFunction function, string schedule, IConfiguration configuration)
    {
        if (schedule is not ['%', .. var key, '%'])
            return schedule;

        // A configuration key may be written with '__', as it would be in the environment.
        return configuration[key.Replace("__", ":", StringComparison.Ordinal)] is { Length: > 0 } value
            ? value
            : throw new StartRefusedException($"function '{function.Name}': its schedule is the setting '{key}', which is not set");
    }
}
