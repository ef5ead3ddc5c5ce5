using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Operations;

namespace ReserveConnect.Functions.Access;

/// <summary>Finds out who sent a request, by its bearer token and the operator's key.</summary>
public sealed class Credentials(AccessTokens tokens, Sessions sessions, IOptions<OperationsOptions> operations)
{
    private const string Scheme = "Bearer ";

    /// <summary>The caller. Refusal: <c>invalid_token</c> (401) when a token was sent that is none, or not any more.</summary>
    public async Task<Outcome<Caller>> ReadAsync(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var isOperator = operations.Value.IsOperator(request);
        var header = request.Headers.Authorization;
        if (header.Count == 0)
        {
            return new Caller(Actor.Anonymous, IsOperator: isOperator);
        }

        if (header.Count > 1 || header[0] is not { } text || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Invalid;
        }

        return await tokens.ReadAsync(text[Scheme.Length..].Trim()) switch
        {
            { BookingIntentId: { } intent } => new Caller(new(ActorKind.Guest, BookingIntentId: intent), IsOperator: isOperator),
            { AccountId: { } account, SessionId: { } session } =>
                await sessions.FindActiveAsync(account, session, request.HttpContext.RequestAborted) is { } caller
                    ? new Caller(caller.Actor, caller.SessionId, isOperator, caller.SecondFactorRequired)
                    : Invalid,
            _ => Invalid,
        };
    }

    private static Refusal Invalid => new(RefusalKind.Unauthenticated, "invalid_token", "The access token is not valid, or not any more.");
}
