using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The query string of a list that is only paged.</summary>
public sealed record ListParameters(string? Cursor, int Limit) : IQuery<ListParameters>
{
    /// <summary>Items a page where the caller names no limit.</summary>
    internal const int DefaultLimit = 50;

    /// <summary>Items a page at most.</summary>
    internal const int MostItems = 200;

    /// <inheritdoc/>
    public static ListParameters Read(QueryReader query) =>
        new(query.Text("cursor"), query.Whole("limit", 1, MostItems) ?? DefaultLimit);
}
