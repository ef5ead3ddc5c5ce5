using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ReserveConnect.Functions.Http;

/// <summary>An iCalendar that whoever has its secret address may keep, and no cache on the way.</summary>
/// <param name="text">As <c>text/calendar</c> says it.</param>
/// <param name="keepFor">How long without asking again.</param>
public sealed class CalendarAnswer(string text, TimeSpan keepFor) : IActionResult
{
    /// <summary>The media type.</summary>
    public const string MediaType = "text/calendar";

    /// <summary>The body before it is written.</summary>
    [JsonIgnore]
    public string Text => text;

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var body = Encoding.UTF8.GetBytes(text);
        var cacheControl = string.Create(CultureInfo.InvariantCulture, $"private, max-age={(int)keepFor.TotalSeconds}");
        if (EntityTag.IsKnown(context.HttpContext, EntityTag.Of(body), cacheControl))
        {
            return;
        }

        var response = context.HttpContext.Response;
        response.ContentType = $"{MediaType}; charset=utf-8";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.HttpContext.RequestAborted);
    }
}
