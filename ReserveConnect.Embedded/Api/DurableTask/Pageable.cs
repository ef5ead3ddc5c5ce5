using System.Runtime.CompilerServices;

namespace Microsoft.DurableTask;

/// <summary>Makes a paged list out of a function that reads one page.</summary>
public static class Pageable
{
    public static AsyncPageable<T> Create<T>(Func<string?, CancellationToken, Task<Page<T>>> pageFunc)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(pageFunc);
        return new ByFunction<T>((token, _, cancellation) => pageFunc(token, cancellation));
    }

    public static AsyncPageable<T> Create<T>(Func<string?, int?, CancellationToken, Task<Page<T>>> pageFunc)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(pageFunc);
        return new ByFunction<T>(pageFunc);
    }

    private sealed class ByFunction<T>(Func<string?, int?, CancellationToken, Task<Page<T>>> readPage) : AsyncPageable<T>
        where T : notnull
    {
        public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = default, int? pageSizeHint = default) =>
            ReadAsync(continuationToken, pageSizeHint);

        private async IAsyncEnumerable<Page<T>> ReadAsync(
            string? from, int? size, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            do
            {
                var page = await readPage(from, size, cancellation);
                yield return page;
                from = page.ContinuationToken;
            }
            while (from is not null);
        }
    }
}
