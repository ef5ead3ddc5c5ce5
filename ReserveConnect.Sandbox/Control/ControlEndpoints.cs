using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Hosting;

namespace ReserveConnect.Sandbox.Control;

/// <summary>What the control API of every server has: faults, calls, clock, webhooks, reset. See docs/sandbox.md.</summary>
internal static class ControlEndpoints
{
    /// <summary>Adds the paths.</summary>
    public static void Map(RouteGroupBuilder control, StandIn server, Func<Task> reset, Func<IReadOnlyList<string>> operations)
    {
        control.MapGet("", context => ControlCall.AnswerAsync(context, State(server), ControlJson.Default.ServerState));
        control.MapGet("/operations", context => ControlCall.AnswerAsync(context, operations(), ControlJson.Default.IReadOnlyListString));
        control.MapPost("/reset", async context =>
        {
            server.Faults.Clear();
            server.Held.Clear();
            server.Calls.Clear();
            server.Webhooks.Clear();
            await reset();
            await ControlCall.DoneAsync(context);
        });
        MapFaults(control, server);
        MapCalls(control, server);
        MapClock(control, server);
        WebhookEndpoints.Map(control, server);
    }

    private static void MapFaults(RouteGroupBuilder control, StandIn server)
    {
        control.MapGet("/faults", context =>
            ControlCall.AnswerAsync(context, server.Faults.All, ControlJson.Default.IReadOnlyListFault));
        control.MapPost("/faults", context => ControlCall.WithBodyAsync(context, ControlJson.Default.Fault, fault =>
        {
            server.Faults.Add(fault);
            context.Response.StatusCode = StatusCodes.Status201Created;
            return ControlCall.AnswerAsync(context, fault, ControlJson.Default.Fault);
        }));
        control.MapPost("/faults/let-go", context => server.Held.LetGo(context.Request.Query["mentions"].ToString())
            ? ControlCall.DoneAsync(context)
            : ControlCall.RefuseAsync(context, StatusCodes.Status404NotFound, "No answer with these mentions is held."));
        control.MapDelete("/faults", context =>
        {
            if (context.Request.Query["mentions"].ToString() is { Length: > 0 } mentioned)
                server.Faults.Clear(mentioned);
            else
                server.Faults.Clear();
            return ControlCall.DoneAsync(context);
        });
    }

    private static void MapCalls(RouteGroupBuilder control, StandIn server)
    {
        control.MapGet("/calls", context =>
        {
            var counts = server.Calls.Counts;
            var state = new CallState(counts.Values.Sum(), counts, server.Calls.Last);
            return ControlCall.AnswerAsync(context, state, ControlJson.Default.CallState);
        });
        control.MapDelete("/calls", context =>
        {
            server.Calls.Clear();
            return ControlCall.DoneAsync(context);
        });
    }

    private static void MapClock(RouteGroupBuilder control, StandIn server)
    {
        control.MapGet("/clock", context =>
            ControlCall.AnswerAsync(context, Clock(server), ControlJson.Default.ClockState));
        control.MapPut("/clock", context => ControlCall.WithBodyAsync(context, ControlJson.Default.ClockState, wanted =>
        {
            if (wanted.Offset is { } offset)
                server.Clock.Offset = offset;
            if (wanted.Now is { } now)
                server.Clock.Offset += now - server.Clock.GetUtcNow();
            if (wanted.Advance is { } advance)
                server.Clock.Offset += advance;
            return ControlCall.AnswerAsync(context, Clock(server), ControlJson.Default.ClockState);
        }));
    }

    private static ClockState Clock(StandIn server) => new(server.Clock.GetUtcNow(), server.Clock.Offset);

    private static ServerState State(StandIn server) => new(
        server.Name,
        server.Clock.GetUtcNow(),
        server.Clock.Offset,
        server.Calls.Counts.Values.Sum(),
        server.Faults.All.Count,
        server.Webhooks.Pending,
        server.Webhooks.Held);
}
