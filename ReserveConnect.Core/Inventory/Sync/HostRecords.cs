namespace ReserveConnect.Inventory.Sync;

/// <summary>What is asked of every record of the Host before it is taken over.</summary>
internal static class HostRecords
{
    private const int LongestName = 200;
    private const decimal DearestPrice = 9_999_999.99m;

    /// <summary>A name that can be shown.</summary>
    public static bool IsName(string? name) => !string.IsNullOrWhiteSpace(name) && name.Length <= LongestName;

    /// <summary>An amount that the tables can hold and a bill can carry: not negative, two places.</summary>
    public static bool IsPrice(decimal amount) =>
        amount is >= 0 and <= DearestPrice && decimal.Round(amount, 2) == amount;

    /// <summary>Text that the database can hold.</summary>
    public static bool IsText(string? text) => text?.Contains('\0', StringComparison.Ordinal) is not true;

    /// <summary>
    /// Looks at each record of a page once: a second one with the same id is refused, whatever it says.
    /// </summary>
    public static (List<TRow> Rows, List<RefusedRecord> Refused) Check<TRecord, TRow>(
        IReadOnlyList<TRecord> page, Func<TRecord, Guid> id, Func<TRecord, Guid> property, Func<TRecord, Checked<TRow>> check)
        where TRow : class
    {
        List<TRow> rows = new(page.Count);
        List<RefusedRecord> refused = [];
        HashSet<Guid> seen = [];
        foreach (var record in page)
        {
            var hostId = id(record);
            var result = hostId == Guid.Empty ? Checked<TRow>.Refused("id_missing")
                : seen.Add(hostId) ? check(record)
                : Checked<TRow>.Refused("duplicate");
            if (result.Row is { } row)
            {
                rows.Add(row);
            }
            else
            {
                refused.Add(new RefusedRecord(hostId, result.Reason!, property(record)));
            }
        }

        return (rows, refused);
    }
}
