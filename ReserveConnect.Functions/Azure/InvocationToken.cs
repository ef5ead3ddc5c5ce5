using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;

namespace ReserveConnect.Functions.Azure;

/// <summary>
/// A function's <see cref="CancellationToken"/> is its invocation's, always, and its request's: it ends when the client leaves or
/// the time of the request is over. Asked before the worker's own converters: those
/// take whatever the request has under the parameter's name first, so that <c>?cancellation=x</c> would end in a failure.
/// </summary>
public sealed class InvocationToken : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(context.TargetType == typeof(CancellationToken)
            ? ConversionResult.Success(Token(context.FunctionContext))
            : ConversionResult.Unhandled());
    }

    private static CancellationToken Token(FunctionContext context)
    {
        if (context.GetHttpContext() is not { } http)
        {
            return context.CancellationToken;
        }

        var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, http.RequestAborted);
        http.Response.RegisterForDispose(either);
        return either.Token;
    }
}
