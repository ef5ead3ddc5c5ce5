using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Limiting;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// Ends a request that takes too long: its token is cancelled, and it is answered 408 when its body was still on the way, 503
/// when the function was at work.
/// </summary>
public sealed class TimeLimit(IOptions<LimitOptions> options, ILogger<TimeLimit> logger) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        var client = http.RequestAborted;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(client);
        // By the machine's time: a clock that is set on is no time that a request took.
        limit.CancelAfter(options.Value.RequestTimeout);
        http.RequestAborted = limit.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !client.IsCancellationRequested && !http.Response.HasStarted)
        {
            context.GetInvocationResult().Value = Problem.From(Refused(context.FunctionDefinition.Name, RequestBody.IsBeingRead(http)), http);
        }
        finally
        {
            http.RequestAborted = client;
        }
    }

    private Refusal Refused(string function, bool isBodyMissing)
    {
        if (isBodyMissing)
        {
            return RequestBody.TooSlow();
        }

        logger.LogError("{Function} was not done after {Limit}", function, options.Value.RequestTimeout);
        return Refusal.Unavailable("timeout", "This took too long and was given up. Please try again.") with { RetryAfter = TimeSpan.FromSeconds(5) };
    }
}
