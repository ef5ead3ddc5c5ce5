using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// Whatever an HTTP function throws becomes a problem document without a word of the cause; the log has it under
/// the trace id. Functions with other triggers throw as they are: their host retries them.
/// </summary>
public sealed class ExceptionToProblem(ILogger<ExceptionToProblem> logger) : IFunctionsWorkerMiddleware
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

        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (BadHttpRequestException refused) when (!http.Response.HasStarted)
        {
            Answer(refused.StatusCode switch
            {
                StatusCodes.Status408RequestTimeout => RequestBody.TooSlow(),
                StatusCodes.Status413PayloadTooLarge => RequestBody.TooLarge(),
                StatusCodes.Status503ServiceUnavailable => Refusal.Unavailable("busy", refused.Message) with { RetryAfter = TimeSpan.FromSeconds(1) },
                _ => Refusal.Malformed("bad_request", refused.Message),
            });
        }
        catch (NpgsqlException outage) when (outage.IsTransient && !http.Response.HasStarted)
        {
            logger.LogError(outage, "{Function} has no database; trace {TraceId}", context.FunctionDefinition.Name, Problem.TraceId(http));
            Answer(Refusal.Unavailable("database_unavailable", "Not possible right now. Please try again.") with { RetryAfter = TimeSpan.FromSeconds(5) });
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            logger.LogError(failure, "{Function} failed; trace {TraceId}", context.FunctionDefinition.Name, Problem.TraceId(http));
            context.GetInvocationResult().Value = Problem.Internal(http);
        }

        void Answer(Refusal refusal) => context.GetInvocationResult().Value = Problem.From(refusal, http);
    }
}
