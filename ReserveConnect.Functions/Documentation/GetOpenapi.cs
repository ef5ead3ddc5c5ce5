using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Documentation;

/// <summary><c>get_openapi</c>: this document.</summary>
public sealed class GetOpenapi(PublishedDocument document)
{
    [Function("get_openapi")]
    [Access(Callers.Public)]
    [Answers<object>(IsCached = true)]
    public async Task<IActionResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        await document.AnswerAsync();
}
