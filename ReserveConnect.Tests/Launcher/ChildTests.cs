using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Processes;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

public sealed class ChildTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ScratchFolder _scratch = new();

    [Fact]
    public async Task A_child_that_dies_before_it_is_ready_is_reported_with_its_last_lines()
    {
        await using var child = await StartAsync("echo first; echo second >&2; exit 7");

        var failure = await Assert.ThrowsAsync<LauncherException>(() => child.WaitForLineAsync(line => line == "ready", Patience));

        Assert.Contains("shell ended with exit code 7 before it was ready", failure.Message, StringComparison.Ordinal);
        Assert.Contains("first", failure.Message, StringComparison.Ordinal);
        Assert.Contains("second", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_is_never_ready_is_given_up_after_its_time()
    {
        await using var child = await StartAsync("echo waiting; exec sleep 60");

        var failure = await Assert.ThrowsAsync<LauncherException>(() => child.WaitForLineAsync(line => line == "ready", TimeSpan.FromSeconds(1)));

        Assert.Contains("was not ready after 1 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_lets_the_child_finish_its_work()
    {
        await using var child = await StartAsync("trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        await child.WaitForLineAsync(line => line == "ready", Patience);

        await child.StopAsync();

        Assert.Equal(0, await child.Exited);
        Assert.Equal("saved", child.LastLines[^1]);
    }

    [Fact]
    public async Task A_child_that_ignores_the_stop_is_killed_after_its_time()
    {
        await using var child = await StartAsync("trap '' TERM; echo ready; while :; do sleep 0.05; done", TimeSpan.FromMilliseconds(300));
        await child.WaitForLineAsync(line => line == "ready", Patience);

        await child.StopAsync();

        Assert.Equal(128 + (int)StopSignal.Kill, await child.Exited);
        Assert.Contains("did not stop within", child.LastLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_printed_before_anybody_waits_for_it_is_found()
    {
        await using var child = await StartAsync("echo ready; exec sleep 60");
        await child.WaitForLineAsync(line => line == "ready", Patience);

        Assert.Equal("ready", await child.WaitForLineAsync(line => line == "ready", TimeSpan.Zero));
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_named()
    {
        var failure = await Assert.ThrowsAsync<LauncherException>(async () =>
        {
            await using var child = await Child.StartAsync(new ChildSpec("missing", "no-such-program-anywhere"), _scratch.Path);
            await child.WaitForLineAsync(_ => false, Patience);
        });

        Assert.Contains("no-such-program-anywhere", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_is_turned_over_before_it_fills_the_disk()
    {
        var file = Path.Combine(_scratch.Path, "log");
        var line = new string('x', BoundedLog.MaxLine + 1);
        using (var log = new BoundedLog(file))
        {
            for (var written = 0L; written < 3 * BoundedLog.MaxBytes; written += line.Length)
                log.Write(line);
        }

        foreach (var kept in (string[])[file, file + ".1"])
            Assert.InRange(new FileInfo(kept).Length, 1, BoundedLog.MaxBytes + 2 * BoundedLog.MaxLine);
        Assert.Equal(2, Directory.EnumerateFiles(_scratch.Path).Count());
    }

    public void Dispose() => _scratch.Dispose();

    private Task<Child> StartAsync(string script, TimeSpan? stopPatience = null) =>
        Child.StartAsync(new ChildSpec("shell", "/bin/sh", "-c", script) { StopPatience = stopPatience ?? Patience }, _scratch.Path);
}
