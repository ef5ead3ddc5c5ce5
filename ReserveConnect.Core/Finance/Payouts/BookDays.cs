namespace ReserveConnect.Finance.Payouts;

/// <summary>The days of the books, in America/Sao_Paulo for all cities (docs/decisions/ledger.md).</summary>
public static class BookDays
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");

    /// <summary>The day of an instant, as <c>reserve.book_date</c> has it.</summary>
    public static DateOnly Of(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);
}
