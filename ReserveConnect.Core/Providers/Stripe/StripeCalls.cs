using System.Net;

namespace ReserveConnect.Providers.Stripe;

/// <summary>What every gateway to Stripe has in common: its name, its version, and which arguments never leave.</summary>
internal static class StripeCalls
{
    /// <summary>Stripe in logs, metrics, circuits.</summary>
    public const string Provider = "stripe";

    /// <summary>The API version that requests are pinned to and answers are read as.</summary>
    public const string ApiVersion = "2026-07-29.dahlia";

    /// <summary>The fee is in the balance transaction of the latest charge.</summary>
    public const string WithFee = "latest_charge.balance_transaction";

    private const int MaxKeyLength = 255;

    /// <summary>409: a request with the same idempotency key is still being worked on.</summary>
    public static IReadOnlySet<HttpStatusCode> UnderWay { get; } = new HashSet<HttpStatusCode> { HttpStatusCode.Conflict };

    /// <summary>Checks an operation id, which becomes the idempotency key.</summary>
    public static string Key(string operationId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operationId);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(operationId.Length, MaxKeyLength, nameof(operationId));
        return operationId;
    }

    /// <summary>Checks the id of one of Stripe's objects.</summary>
    public static string Id(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return id;
    }

    /// <summary>An amount that moves, in minor units.</summary>
    public static long Minor(decimal amount, string currency)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        return MinorUnits.From(amount, currency);
    }

    /// <summary>Every object of a list, page by page. More pages than are allowed are not taken for a whole.</summary>
    /// <param name="pages">How many pages at most.</param>
    /// <param name="what">What the list has, for the answer that there is too much of it.</param>
    /// <param name="id">An object's id.</param>
    /// <param name="read">Reads the page after the object with this id; null: the first.</param>
    public static async Task<ProviderAnswer<IReadOnlyList<T>>> AllPages<T>(
        int pages, string what, Func<T, string> id, Func<string?, Task<ProviderAnswer<StripePage<T>>>> read)
    {
        var all = new List<T>();
        string? after = null;
        for (var page = 0; page < pages; page++)
        {
            var answer = await read(after);
            if (answer is not ProviderAnswer<StripePage<T>>.Done { Value: var (found, hasMore) })
                return answer.Select(_ => (IReadOnlyList<T>)all);
            all.AddRange(found);
            if (!hasMore || found.Count == 0)
                return new ProviderAnswer<IReadOnlyList<T>>.Done(all);
            after = id(found[^1]);
        }

        return new ProviderAnswer<IReadOnlyList<T>>.Unknown($"more than {pages} pages of {what}");
    }
}
