using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Documentation;

/// <summary><c>get_api_docs</c>: a page to browse this document and try it. Everything on it comes from here.</summary>
public sealed class GetApiDocs(DocsPage page)
{
    [Function("get_api_docs")]
    [Access(Callers.Public)]
    [AnswersBytes("text/html", IsCached = true)]
    [AnswersBytes("text/css", IsCached = true)]
    [AnswersBytes("text/javascript", IsCached = true)]
    [AnswersBytes("image/png", IsCached = true)]
    public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "docs/{file?}")] HttpRequest request, string? file) =>
        page.Find(file) is { } found
            ? found
            : Problem.From(Refusal.NotFound("file_not_found", "There is no such file."), request.HttpContext);
}
