using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Embedded.Http;

namespace ReserveConnect.Embedded.Timers;

/// <summary>
/// <c>POST /admin/functions/{name}</c> runs a timer's function out of turn, as the Functions host does; from this machine only.
/// It is answered 202 at once, and the log tells the outcome.
/// </summary>
internal static class TimerEndpoint
{
    public static void Map(WebApplication application, EmbeddedTimers timers) =>
        application.MapPost("/admin/functions/{name}", IResult (string name, HttpContext context) =>
        {
            if (!LocalCaller.Sent(context))
                return Results.StatusCode(StatusCodes.Status401Unauthorized);

            if (!timers.Knows(name))
                return Results.StatusCode(StatusCodes.Status404NotFound);

            _ = RunAsync(timers, name);
            return Results.StatusCode(StatusCodes.Status202Accepted);
        });

    private static async Task RunAsync(EmbeddedTimers timers, string name)
    {
        // The runner has logged what came out.
        await timers.RunAsync(name).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
