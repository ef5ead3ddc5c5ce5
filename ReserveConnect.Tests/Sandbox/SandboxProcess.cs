using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ReserveConnect.Tests.Sandbox;

/// <summary>The sandbox as a process of its own, as the launcher starts it.</summary>
internal sealed partial class SandboxProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SandboxProcess(Process process, string ready)
    {
        _process = process;
        Host = RunningSandbox.Client(Address(ready, "HostConnect"), "hc_sandbox_key");
        Stripe = RunningSandbox.Client(Address(ready, "Stripe"), "sk_test_sandbox");
        Pix = RunningSandbox.Client(Address(ready, "MercadoPago"), "TEST-sandbox-access-token");
        Mail = RunningSandbox.Client(Address(ready, "SendGrid"), "SG.sandbox");
    }

    public HttpClient Host { get; }

    public HttpClient Stripe { get; }

    public HttpClient Pix { get; }

    public HttpClient Mail { get; }

    /// <summary>Memory that the process holds, bytes.</summary>
    public long Memory
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(Digits().Match(line).Value, CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>Starts it on free ports and waits for its ready line.</summary>
    public static async Task<SandboxProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        var process = Start(settings);
        var line = await process.StandardOutput.ReadLineAsync();
        if (line?.StartsWith("ready ", StringComparison.Ordinal) is true)
            return new SandboxProcess(process, line);
        throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
    }

    /// <summary>Starts it where it must not start; gives its exit code and what it says.</summary>
    public static async Task<(int ExitCode, string Error)> FailAsync(params (string Key, string Value)[] settings)
    {
        using var process = Start(settings);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }

    /// <summary>Ends it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends it with SIGTERM; gives its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        Host.Dispose();
        Stripe.Dispose();
        Pix.Dispose();
        Mail.Dispose();
    }

    private static Process Start((string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ReserveConnect.Sandbox.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var server in new[] { "HostConnect", "Stripe", "MercadoPago", "SendGrid" })
            start.Environment[$"Sandbox__{server}__Url"] = "http://127.0.0.1:0";
        foreach (var (key, value) in settings)
            start.Environment[$"Sandbox__{key}"] = value;
        return Process.Start(start)!;
    }

    private static Uri Address(string ready, string server) => new(Regex.Match(ready, $"{server}=(\\S+)").Groups[1].Value);

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
