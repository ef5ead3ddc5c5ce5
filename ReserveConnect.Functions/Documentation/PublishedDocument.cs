using System.Text;
using Microsoft.OpenApi;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Documentation;

/// <summary>The document as it is sent, made once: when somebody first asks.</summary>
public sealed class PublishedDocument
{
    private static readonly TimeSpan CacheFor = TimeSpan.FromMinutes(5);

    private readonly Lazy<Task<BytesAnswer>> _answer = new(MakeAsync);

    /// <summary>The answer to whoever asks.</summary>
    public Task<BytesAnswer> AnswerAsync() => _answer.Value;

    private static async Task<BytesAnswer> MakeAsync()
    {
        var document = ApiDocument.Of(typeof(ReserveConnectApp).Assembly);
        var json = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
        return BytesAnswer.Of(Encoding.UTF8.GetBytes(json), "application/json; charset=utf-8", CacheFor);
    }
}
