using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>The middleware around every invocation, in the order it was added, with the function's own code innermost.</summary>
internal sealed class FunctionPipeline(IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
{
    private readonly FunctionExecutionDelegate _run = middleware.Reverse().Aggregate((FunctionExecutionDelegate)RunFunction, (next, link) => link(next));

    public Task RunAsync(Invocation invocation) => _run(invocation);

    private static async Task RunFunction(FunctionContext context)
    {
        var invocation = Invocation.Of(context);
        invocation.ResultValue = await invocation.Function.Call(invocation);
    }
}
