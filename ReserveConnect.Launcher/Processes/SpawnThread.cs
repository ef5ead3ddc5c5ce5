using System.Collections.Concurrent;

namespace ReserveConnect.Launcher.Processes;

/// <summary>
/// The one thread that starts children. Linux sends the parent-death signal when the thread that forked ends, not
/// the process, and threads of the pool come and go; this one lives as long as the process.
/// </summary>
internal static class SpawnThread
{
    private static readonly BlockingCollection<Action> Work = Start();

    /// <summary>Runs <paramref name="start"/> on that thread.</summary>
    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(start());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    private static BlockingCollection<Action> Start()
    {
        var work = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var start in work.GetConsumingEnumerable())
                start();
        })
        {
            IsBackground = true,
            Name = "child processes",
        };
        thread.Start();
        return work;
    }
}
