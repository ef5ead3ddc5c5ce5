using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ReserveConnect.Functions.Http;

/// <summary>A file of text that is sent while it is made, however long it becomes. What breaks half way breaks the connection: nobody takes a part for the whole.</summary>
/// <param name="mediaType">Without its charset, which is UTF-8.</param>
/// <param name="fileName">Under which a browser keeps it; ASCII.</param>
/// <param name="write">Writes it.</param>
public sealed class TextStreamAnswer(string mediaType, string fileName, Func<TextWriter, CancellationToken, Task> write) : IActionResult
{
    private const int BufferCharacters = 16_384;

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var response = context.HttpContext.Response;
        response.ContentType = $"{mediaType}; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        try
        {
            await using var writer = new StreamWriter(response.Body, new UTF8Encoding(false), BufferCharacters, leaveOpen: true);
            await write(writer, context.HttpContext.RequestAborted);
        }
        catch when (response.HasStarted)
        {
            context.HttpContext.Abort();
            throw;
        }
    }
}
