using ReserveConnect.Launcher.Commands;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Demo;

/// <summary>The main job on a running stack: two bookings, one of them changed and given up, one that fails, the books, every invariant.</summary>
internal static class DemoRun
{
    private const int DaysAhead = 30;
    private static readonly TimeZoneInfo CityTime = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");

    /// <summary>Tells it, and returns 0 only if every invariant holds at the end.</summary>
    /// <exception cref="LauncherException">A step does not come to what it should.</exception>
    public static async Task<int> RunAsync(Stack stack, TextWriter output, TimeProvider time, CancellationToken cancellation)
    {
        var narrator = new Narrator(output);
        using var api = new DemoApi(stack.Functions);
        using var browser = new GuestBrowser(stack);
        var from = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), CityTime).Date).AddDays(DaysAhead);

        var booked = await new CardBooking(stack, api, browser, narrator).RunAsync(from, cancellation);
        await new ChangedBooking(stack, api, browser, narrator).RunAsync(booked, cancellation);
        await new PixBooking(stack, api, browser, narrator).RunAsync(from, cancellation);
        await new RefusedBooking(stack, api, browser, narrator).RunAsync(from, cancellation);
        await Books.TellTrialBalanceAsync(stack.ConnectionString, narrator, cancellation);
        narrator.Chapter("The invariants");
        return await CheckCommand.RunAsync(stack.ConnectionString, output, cancellation);
    }
}
