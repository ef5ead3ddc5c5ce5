using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Hosting;

namespace ReserveConnect.Sandbox.Control;

/// <summary>The control API's part for webhooks: where they go, what is done to the next ones, what became of the last.</summary>
internal static class WebhookEndpoints
{
    /// <summary>Adds the paths.</summary>
    public static void Map(RouteGroupBuilder control, StandIn server)
    {
        var webhooks = server.Webhooks;
        control.MapGet("/webhooks", context => ControlCall.AnswerAsync(context, State(server), ControlJson.Default.WebhookState));
        control.MapPut("/webhooks", context => ControlCall.WithBodyAsync(context, ControlJson.Default.WebhookSettings, wanted =>
        {
            webhooks.Enabled = wanted.Enabled ?? webhooks.Enabled;
            webhooks.Target = wanted.Target ?? webhooks.Target;
            return ControlCall.AnswerAsync(context, State(server), ControlJson.Default.WebhookState);
        }));
        control.MapPost("/webhooks/rules", context => ControlCall.WithBodyAsync(context, ControlJson.Default.WebhookRule, rule =>
        {
            webhooks.Rules.Add(rule);
            context.Response.StatusCode = StatusCodes.Status201Created;
            return ControlCall.AnswerAsync(context, rule, ControlJson.Default.WebhookRule);
        }));
        control.MapDelete("/webhooks/rules", context =>
        {
            webhooks.Rules.Clear();
            return ControlCall.DoneAsync(context);
        });
        control.MapPost("/webhooks/flush", context =>
            ControlCall.AnswerAsync(context, new Moved(webhooks.Flush()), ControlJson.Default.Moved));
        control.MapPost("/webhooks/{id}/resend", context =>
            webhooks.Resend((string)context.Request.RouteValues["id"]!)
                ? ControlCall.DoneAsync(context)
                : ControlCall.RefuseAsync(context, StatusCodes.Status404NotFound, "No webhook with this id was given up."));
    }

    private static WebhookState State(StandIn server)
    {
        var webhooks = server.Webhooks;
        var log = webhooks.Log;
        return new WebhookState(
            webhooks.Enabled,
            webhooks.Target,
            webhooks.Pending,
            webhooks.Held,
            log.Delivered,
            log.GivenUp,
            log.Dropped,
            webhooks.Rules.All,
            log.Attempts);
    }
}
