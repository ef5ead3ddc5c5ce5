using Npgsql;
using ReserveConnect.Launcher;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Racing;

/// <summary>Waits until nothing is under way in a world any more.</summary>
internal sealed class Stillness(TrialWorld world, NpgsqlConnection connection)
{
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(2);

    /// <summary>A world that is not still by then, in real time, is broken.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private readonly Quiet _quiet = new(world);

    /// <exception cref="LauncherException">It does not come to rest.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await _quiet.IsItAsync(connection))
        {
            if (TimeProvider.System.GetElapsedTime(begun) > _patience)
                throw new LauncherException($"the world does not come to rest; the last complaints:\n{string.Join('\n', world.Complaints.Last)}");
            await Task.Delay(_betweenLooks, TimeProvider.System, cancellation);
        }
    }

    /// <summary>Moves the clock on to where something falls due by itself, or by <paramref name="most"/>.</summary>
    public async Task StepAsync(TimeSpan most)
    {
        var now = world.Clock.GetUtcNow();
        var step = await _quiet.NextAsync(connection) is { } next && next - now < most ? next - now : most;
        world.Clock.Advance(step > TimeSpan.Zero ? step : TimeSpan.Zero);
    }
}
