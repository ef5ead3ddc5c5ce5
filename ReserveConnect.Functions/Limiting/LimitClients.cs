using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Limiting;

/// <summary>Refuses the request of a client that asks too often, before anything else is done for it.</summary>
public sealed class LimitClients(Limits limits, FunctionLimits functions) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (context.GetHttpContext() is not { } http)
        {
            return next(context);
        }

        http.SetLimitClass(functions[context.FunctionDefinition.Name]);
        if (limits.Take(context.FunctionDefinition.Name, ClientAddress.Of(http)) is not { } refusal)
        {
            return next(context);
        }

        context.GetInvocationResult().Value = Problem.From(refusal, http);
        return Task.CompletedTask;
    }
}
