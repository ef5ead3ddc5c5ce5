using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;

namespace ReserveConnect.Functions.Azure;

/// <summary>
/// A function's <see cref="CancellationToken"/> is its invocation's, always. Asked before the worker's own converters: those
/// take whatever the request has under the parameter's name first, so that <c>?cancellation=x</c> would end in a failure.
/// </summary>
public sealed class InvocationToken : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(context.TargetType == typeof(CancellationToken)
            ? ConversionResult.Success(context.FunctionContext.CancellationToken)
            : ConversionResult.Unhandled());
    }
}
