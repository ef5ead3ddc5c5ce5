using Microsoft.AspNetCore.Http;
using ReserveConnect.Embedded.Hosting;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The ASP.NET Core side of an invocation.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The request that started this invocation; null where something else did.</summary>
    /// <param name="context">The invocation.</param>
    public static HttpContext? GetHttpContext(this FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context is Invocation invocation)
            return invocation.HttpContext;

        return context.Items.TryGetValue(Invocation.HttpContextKey, out var item) ? item as HttpContext : null;
    }
}
