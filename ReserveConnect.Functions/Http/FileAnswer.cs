using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ReserveConnect.Functions.Http;

/// <summary>A file that was made for one request: complete before the first byte is sent, so that nobody who reads slowly holds anything but the file.</summary>
public sealed class FileAnswer : IActionResult
{
    private readonly string _contentType;
    private readonly string _fileName;
    private readonly FileStream _file;

    private FileAnswer(string contentType, string fileName, FileStream file) => (_contentType, _fileName, _file) = (contentType, fileName, file);

    /// <summary>How long it is, in bytes.</summary>
    [JsonIgnore]
    public long Length => _file.Length;

    /// <summary>Makes a file of text. It is gone when it has been sent, or could not be made.</summary>
    /// <param name="mediaType">Without its charset, which is UTF-8.</param>
    /// <param name="fileName">Under which a browser keeps it; ASCII.</param>
    /// <param name="write">Writes it; a refusal is the answer instead.</param>
    public static Task<Outcome<FileAnswer>> MakeAsync(string mediaType, string fileName, Func<TextWriter, Task<Refusal?>> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        return MakeBytesAsync(
            $"{mediaType}; charset=utf-8",
            fileName,
            async file =>
            {
                await using var writer = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
                return await write(writer);
            });
    }

    /// <summary>Makes a file of bytes.</summary>
    /// <inheritdoc cref="MakeAsync"/>
    /// <param name="mediaType">As it is told.</param>
    public static async Task<Outcome<FileAnswer>> MakeBytesAsync(string mediaType, string fileName, Func<Stream, Task<Refusal?>> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var file = Create();
        Refusal? refusal;
        try
        {
            refusal = await write(file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        if (refusal is not null)
        {
            await file.DisposeAsync();
            return refusal;
        }

        file.Position = 0;
        return new FileAnswer(mediaType, fileName, file);
    }

    // For nobody else on the machine to read.
    private static FileStream Create()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(Path.GetTempPath(), $"reserve-{Guid.CreateVersion7():N}"), options);
    }

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await using var file = _file;
        var response = context.HttpContext.Response;
        response.ContentType = _contentType;
        response.ContentLength = file.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"{_fileName}\"";
        await file.CopyToAsync(response.Body, context.HttpContext.RequestAborted);
    }
}
