using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Functions.Idempotency;

/// <summary>The name of what a request under an Idempotency-Key does.</summary>
public static class OperationOfRequest
{
    /// <summary>The same for every request under the same key, so that what one before it did can be found; null without a key.</summary>
    public static Guid? OperationId(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.HttpContext.Items[typeof(OperationOfRequest)] as Guid?;
    }

    internal static void SetOperation(this HttpContext context, Guid id) => context.Items[typeof(OperationOfRequest)] = id;
}
