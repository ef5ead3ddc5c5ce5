using System.Diagnostics;

namespace ReserveConnect.Launcher.Processes;

/// <summary>
/// Builds the command line of a child. On Linux it is started through <c>setsid</c>, so that Ctrl-C at the terminal
/// reaches the launcher alone and the children are stopped in order, and through <c>setpriv</c>, which drops root
/// and lets the kernel signal the child when the launcher dies. Both programs exec, so the process id is the child's.
/// </summary>
internal static class ChildCommand
{
    /// <summary>The start information of <paramref name="spec"/> with its output redirected.</summary>
    /// <exception cref="LauncherException">Root must drop to another account and the machine has no way to.</exception>
    public static ProcessStartInfo For(ChildSpec spec)
    {
        string[] command = [.. NewSession(), .. Privileges(spec), spec.FileName, .. spec.Arguments];
        if (spec.Account.UserName is { } user && !HasSetpriv)
            command = [.. NewSession(), .. SwitchUser(user, [spec.FileName, .. spec.Arguments])];

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = spec.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in spec.Environment)
            start.Environment[name] = value;
        return start;
    }

    private static bool HasSetpriv => OperatingSystem.IsLinux() && Executables.Find("setpriv") is not null;

    private static string[] NewSession() =>
        OperatingSystem.IsLinux() && Executables.Find("setsid") is { } setsid ? [setsid] : [];

    private static string[] Privileges(ChildSpec spec)
    {
        if (!HasSetpriv)
            return [];
        string[] death = ["setpriv", "--pdeathsig", NameOf(spec.Stop)];
        return spec.Account.UserName is { } user
            ? [.. death, $"--reuid={user}", $"--regid={UserIds.PrimaryGroup(user)}", "--clear-groups", "--"]
            : [.. death, "--"];
    }

    private static string NameOf(StopSignal signal) => signal switch
    {
        StopSignal.Interrupt => "INT",
        StopSignal.Kill => "KILL",
        _ => "TERM",
    };

    private static string[] SwitchUser(string user, string[] command)
    {
        if (Executables.Find("runuser") is { } runuser)
            return [runuser, "-u", user, "--", .. command];
        if (Executables.Find("su") is { } su)
            return [su, "-s", "/bin/sh", user, "-c", "exec " + string.Join(' ', command.Select(Quoted))];
        throw new LauncherException(
            $"PostgreSQL does not run as root, and this machine has none of setpriv, runuser, su to run it as '{user}'; start ./reserve as an ordinary user");
    }

    private static string Quoted(string argument) => "'" + argument.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
