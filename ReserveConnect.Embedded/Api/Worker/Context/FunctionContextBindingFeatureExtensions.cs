using ReserveConnect.Embedded.Hosting;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>What middleware asks of an invocation's bindings.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>The invocation's result, to read or replace.</summary>
    /// <param name="context">The invocation.</param>
    /// <exception cref="InvalidOperationException">The context was not made by this host.</exception>
    public static InvocationResult GetInvocationResult(this FunctionContext context) => Invocation.Of(context).Result();

    /// <summary>The invocation's result as <typeparamref name="T"/>, to read or replace.</summary>
    /// <typeparam name="T">The type the function returned.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <exception cref="InvalidOperationException">The result is of another type, or the context was not made by this host.</exception>
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) => Invocation.Of(context).Result<T>();
}
