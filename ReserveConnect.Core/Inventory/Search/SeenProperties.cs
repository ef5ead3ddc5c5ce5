using System.Collections.Immutable;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// The properties that earlier pages have shown, by their numbers. A page is the best of what has not been shown: whatever
/// prices do between two pages, nothing comes twice and nothing that still fits is left out.
/// </summary>
public sealed class SeenProperties
{
    /// <summary>So many are paged through; who wants more narrows the search.</summary>
    public const int Most = 2_000;

    private readonly ImmutableArray<int> _sorted;

    private SeenProperties(ImmutableArray<int> sorted) => _sorted = sorted;

    /// <summary>Before the first page.</summary>
    public static SeenProperties None { get; } = new([]);

    /// <summary>The numbers, ascending, each once.</summary>
    public IReadOnlyList<int> Numbers => _sorted;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _sorted.IsEmpty;

    /// <summary>These numbers; null when one is negative or there are too many.</summary>
    public static SeenProperties? Of(IEnumerable<int> numbers)
    {
        ImmutableArray<int> sorted = [.. numbers.Distinct().Order()];
        return sorted.Length > Most || (sorted.Length > 0 && sorted[0] < 0) ? null : new(sorted);
    }

    /// <summary>With those of another page; null when that is more than is paged through.</summary>
    public SeenProperties? With(IEnumerable<int> numbers) => Of(_sorted.Concat(numbers)) is { } seen && seen._sorted.Length < Most ? seen : null;

    /// <summary>Whether a property has been shown.</summary>
    public bool Contains(int number) => _sorted.Length > 0 && _sorted.BinarySearch(number) >= 0;
}
