using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Embedded.Timers;

/// <summary>How timers run; section <c>Reserve:Timers</c> of the configuration.</summary>
public sealed class EmbeddedTimerOptions
{
    /// <summary>The configuration section these come from.</summary>
    public const string Section = "Reserve:Timers";

    /// <summary>Whether timers run by themselves. Off, they run only when asked to.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The PostgreSQL database that keeps the last runs; by default <c>Reserve:Database:ConnectionString</c>.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>How long a command to that database may take, in seconds.</summary>
    [Range(1, 600)]
    public int CommandTimeoutSeconds { get; set; } = 15;

    /// <summary>How long a stopping host waits for timer functions that have been cancelled.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
