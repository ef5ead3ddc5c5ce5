using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Support;

namespace ReserveConnect.Functions.Access;

/// <summary>
/// Lets a request through to its function if the declaration of the function says so: 401 for nobody known, 403 for
/// somebody else, 404 for what is not theirs. The one place where this is decided. What staff then do is written down first.
/// </summary>
public sealed class Authorize(
    FunctionAccess access, Credentials credentials, Limits limits, Belongings belongings, StaffBook book) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        // What is not HTTP is called by the host; nobody else reaches it.
        if (context.GetHttpContext() is not { } http)
        {
            // Whoever's request set this going does not do it.
            RequestStamp.Set(null);
            await next(context);
            return;
        }

        var function = context.FunctionDefinition.Name;
        var refusal = await RefusalOfAsync(function, http);
        if (refusal is null)
        {
            var caller = http.Request.Caller();
            RequestStamp.Set(new(caller.IsKnown ? caller.Name : "", Problem.TraceId(http)));
            await book.RecordAsync(function, access[function], caller, http);
            await next(context);
            return;
        }

        if (refusal.Kind == RefusalKind.Unauthenticated)
        {
            http.Response.Headers.WWWAuthenticate = refusal.Code == "invalid_token" ? "Bearer error=\"invalid_token\"" : "Bearer";
        }

        context.GetInvocationResult().Value = Problem.From(refusal, http);
    }

    private async Task<Refusal?> RefusalOfAsync(string function, HttpContext http)
    {
        var declared = access[function];
        Compression.Allow(http, declared.Callers);
        // Nobody's token matters to what is open to anybody: whoever comes to log in may still send an old one.
        if (declared.Callers is Callers.Public or Callers.Hook)
        {
            http.SetCaller(new(Actor.Anonymous));
            return null;
        }

        var caller = await credentials.ReadAsync(http.Request);
        if (caller.Refusal is not null)
        {
            return caller.Refusal;
        }

        if (caller.Value.Actor.AccountId is { } account && limits.Take(function, account) is { } tooMany)
        {
            return tooMany;
        }

        if ((caller.Value.Kinds & declared.Callers) == Callers.None)
        {
            return caller.Value.IsKnown
                ? new(RefusalKind.Forbidden, "forbidden", "This is not yours to do.")
                : new(RefusalKind.Unauthenticated, "authentication_required", "Send an access token: Authorization: Bearer ...");
        }

        if (caller.Value.SecondFactorRequired && !declared.BeforeSecondFactor && !declared.Callers.HasFlag(Callers.Public))
        {
            return new(RefusalKind.Forbidden, "second_factor_setup_required", "Set up the second factor first: POST /api/accounts/me/second-factor.");
        }

        http.SetCaller(caller.Value);
        return await belongings.CheckAsync(declared.Of, http.Request, caller.Value.Actor, http.RequestAborted);
    }
}
