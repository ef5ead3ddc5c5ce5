using System.Runtime.InteropServices;

namespace ReserveConnect.Launcher.Processes;

/// <summary>The signals that this launcher sends. The values are the numbers that Linux and macOS share.</summary>
public enum StopSignal
{
    /// <summary>SIGINT; for a PostgreSQL server the fast shutdown, which does not wait for its clients.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL.</summary>
    Kill = 9,

    /// <summary>SIGTERM; for a .NET host the graceful stop.</summary>
    Terminate = 15,
}

/// <summary>Sends signals; .NET itself can only send SIGKILL.</summary>
internal static class Signals
{
    /// <summary>Sends <paramref name="signal"/>; false if there is no such process or it belongs to somebody else.</summary>
    public static bool Send(int processId, StopSignal signal) => Kill(processId, (int)signal) == 0;

    /// <summary>
    /// Sends <paramref name="signal"/> to what is left of the session that <paramref name="leader"/> opened; false if
    /// nothing is, and where children get no session of their own (macOS).
    /// </summary>
    public static bool SendToSession(int leader, StopSignal signal) => leader > 1 && Kill(-leader, (int)signal) == 0;

    /// <summary>True if a process of this id exists and this process may signal it.</summary>
    public static bool IsAlive(int processId) => processId > 0 && Kill(processId, 0) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
