using ReserveConnect.Database;

namespace ReserveConnect.Finance.Rules;

/// <summary>Where a page of rules begins: behind a rule.</summary>
internal static class RuleCursor
{
    /// <summary>The rule; null: from the beginning. Refusal: <c>invalid_cursor</c>.</summary>
    public static Outcome<Guid?> Read(string? cursor) =>
        cursor is null ? (Guid?)null
        : ListCursor.Read(cursor) is [var text] && Guid.TryParseExact(text, "D", out var id) ? (Guid?)id
        : ListCursor.Invalid;

    /// <summary>A page of what was read with one more than asked for.</summary>
    public static RulePage<T> Page<T>(IReadOnlyList<T> read, int limit, Func<T, Guid> id) => new(
        [.. read.Take(limit)],
        read.Count > limit ? ListCursor.Write(id(read[limit - 1]).ToString()) : null);
}
