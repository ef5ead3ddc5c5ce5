using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Sandbox.Control;

/// <summary>Reading and answering calls of the control API.</summary>
internal static class ControlCall
{
    /// <summary>Reads the body and handles it; a body that cannot be read is answered with 400 and what is wrong with it.</summary>
    public static async Task WithBodyAsync<T>(HttpContext context, JsonTypeInfo<T> type, Func<T, Task> handle)
    {
        T? body;
        try
        {
            body = await context.Request.ReadFromJsonAsync(type, context.RequestAborted);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, e.Message);
            return;
        }

        if (body is null)
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "A JSON object is needed.");
        else
            await handle(body);
    }

    /// <summary>Answers with an object.</summary>
    public static Task AnswerAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(value, type, cancellationToken: context.RequestAborted);

    /// <summary>Answers with what is wrong.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return AnswerAsync(context, new ControlError(error), ControlJson.Default.ControlError);
    }

    /// <summary>Answers 204.</summary>
    public static Task DoneAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
