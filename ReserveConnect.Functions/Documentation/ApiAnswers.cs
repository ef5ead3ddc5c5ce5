using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Documentation;

/// <summary>What an operation answers: what its function declares, and the refusals that follow from what it takes and who may call it.</summary>
internal sealed class ApiAnswers
{
    private const string Problem = "application/problem+json";
    private const string AnyOther = "refused";

    private static readonly Dictionary<int, (string Name, string About)> Refusals = new()
    {
        [StatusCodes.Status400BadRequest] = ("malformed", "The request is malformed; `errors` has an entry for each bad field."),
        [StatusCodes.Status401Unauthorized] = ("unauthenticated", "Nobody known asks: the credential is missing, wrong or run out."),
        [StatusCodes.Status403Forbidden] = ("forbidden", "Somebody known, to whom this is not open."),
        [StatusCodes.Status404NotFound] = ("not_found", "There is no such thing, or not for this caller."),
        [StatusCodes.Status413PayloadTooLarge] = ("too_large", "The body is longer than 1 MiB."),
        [StatusCodes.Status415UnsupportedMediaType] = ("wrong_media_type", "The body is of another type."),
        [StatusCodes.Status422UnprocessableEntity] = ("unprocessable", "Well-formed, but it breaks a rule."),
    };

    private readonly OpenApiDocument _document;
    private readonly JsonSchemas _schemas;

    public ApiAnswers(OpenApiDocument document, JsonSchemas schemas)
    {
        (_document, _schemas) = (document, schemas);
        foreach (var (name, about) in Refusals.Values.Append((AnyOther, "Any other refusal.")))
        {
            document.Components!.Responses!.Add(name, new OpenApiResponse
            {
                Description = about,
                Content = new Dictionary<string, IOpenApiMediaType> { [Problem] = new OpenApiMediaType { Schema = schemas.OfAnswer(typeof(ProblemDocument)) } },
            });
        }
    }

    /// <summary>All of them, by status.</summary>
    public OpenApiResponses Of(HttpFunction function, bool hasPathParameters)
    {
        var byStatus = new SortedDictionary<int, IOpenApiResponse>();
        foreach (var answers in function.Answers.GroupBy(answer => answer.Status))
        {
            byStatus.Add(answers.Key, Answer(answers.Key, [.. answers]));
        }

        if (function.Answers.Any(answer => answer.IsCached))
        {
            byStatus.Add(StatusCodes.Status304NotModified, new OpenApiResponse { Description = "What the client has is still right (`If-None-Match`)." });
        }

        foreach (var status in RefusalsOf(function, hasPathParameters).Where(status => !byStatus.ContainsKey(status)))
        {
            byStatus.Add(status, new OpenApiResponseReference(Refusals[status].Name, _document));
        }

        var responses = new OpenApiResponses();
        foreach (var (status, response) in byStatus)
        {
            responses.Add(status.ToString(CultureInfo.InvariantCulture), response);
        }

        responses.Add("default", new OpenApiResponseReference(AnyOther, _document));
        return responses;
    }

    private OpenApiResponse Answer(int status, IReadOnlyList<AnswersAttribute> answers) => new()
    {
        Description = ReasonPhrases.GetReasonPhrase(status),
        Headers = answers.Any(answer => answer.IsCached)
            ? new Dictionary<string, IOpenApiHeader> { ["ETag"] = new OpenApiHeader { Schema = new OpenApiSchema { Type = JsonSchemaType.String } } }
            : null,
        Content = answers.Where(answer => answer.ContentType.Length > 0).GroupBy(answer => answer.ContentType).ToDictionary(
            type => type.Key,
            IOpenApiMediaType (type) => new OpenApiMediaType { Schema = Body([.. type.Select(answer => answer.Body)]) }),
    };

    private IOpenApiSchema? Body(IReadOnlyList<Type?> bodies) => bodies switch
    {
        [null] => null,
        [{ } type] => _schemas.OfAnswer(type),
        _ => new OpenApiSchema { AnyOf = [.. bodies.OfType<Type>().Select(_schemas.OfAnswer)] },
    };

    private static IEnumerable<int> RefusalsOf(HttpFunction function, bool hasPathParameters)
    {
        if (function.Query is not null || function.Body is not null)
        {
            yield return StatusCodes.Status400BadRequest;
        }

        // Open to anybody and nobody asked: no credential is read.
        if (function.Access.Callers is not Callers.Public)
        {
            yield return StatusCodes.Status401Unauthorized;
        }

        if (!function.Access.Callers.HasFlag(Callers.Public) && function.Access.Callers is not Callers.Hook)
        {
            yield return StatusCodes.Status403Forbidden;
        }

        if (hasPathParameters)
        {
            yield return StatusCodes.Status404NotFound;
        }

        if (function.Body is not null)
        {
            yield return StatusCodes.Status413PayloadTooLarge;
        }

        if (function.Body is { Body: not null })
        {
            yield return StatusCodes.Status415UnsupportedMediaType;
            yield return StatusCodes.Status422UnprocessableEntity;
        }
    }
}
