using System.Text.Json;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Payments;
using ReserveConnect.Trials.Replay;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials;

/// <summary><c>./reserve replay</c>: real bookings against a fresh start that is thrown away; all of it on this machine's loopback.</summary>
internal static class ReplayProgram
{
    /// <summary>No run takes longer than this.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromHours(2);

    private static readonly JsonSerializerOptions _json = new(JsonSerializerOptions.Default) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <returns>Whether everything held.</returns>
    public static async Task<bool> RunAsync(ReplayOptions options, TextWriter output, CancellationToken cancellation)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(_longest);
        var replaying = new Replaying(options);
        await using var json = options.Json is { } file ? FileOf(file) : null;
        var begun = TimeProvider.System.GetTimestamp();
        await using var start = await FreshStart.MakeAsync("replay", bounded.Token);
        await using var world = await TrialWorld.StartAsync(
            OptionsOf(start.ConnectionString, start.AppConnectionString, start.Folder, replaying), bounded.Token);
        var report = await replaying.RunAsync(world, TimeProvider.System.GetElapsedTime(begun).TotalSeconds, bounded.Token);
        await output.WriteLineAsync(ReplayPrint.Of(report));
        if (json is not null)
            await JsonSerializer.SerializeAsync(json, report, _json, bounded.Token);
        return report.Holds;
    }

    // Before the run: it takes minutes, and where its report cannot go should be known by then.
    private static FileStream FileOf(string path)
    {
        try
        {
            return File.Create(path);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--json {path}: {wrong.Message}");
        }
    }

    /// <summary>The world that a replay needs.</summary>
    public static WorldOptions OptionsOf(string connectionString, string appConnectionString, string folder, Replaying replaying) =>
        new(connectionString, appConnectionString, folder, replaying.City)
        {
            // What nobody asks for again is not kept: the memory that is watched is to be that of the functions.
            SandboxState = new() { MaxEvents = 100, MaxIdempotencyKeys = 200 },
            // As the endpoint is set up at Stripe.
            StripeEvents = [.. StripeReports.Types],
            Settings = new Dictionary<string, string?>
            {
                // A pause that hides from strangers whether a code is right would only be waited for here.
                ["Reserve:Booking:AccessAnswerTime"] = "00:00:00",
                ["Reserve:Inventory:CalendarDays"] = $"{ReplayRun.CalendarDays}",
            },
        };
}
