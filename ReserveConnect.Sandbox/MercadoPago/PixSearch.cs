using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary><c>GET /v1/payments/search</c></summary>
internal static class PixSearch
{
    private const int DefaultLimit = 30;
    private const int MaxLimit = 1000;

    /// <summary>Finds payments; called with the book's lock held.</summary>
    public static PixAnswer Find(PixBook book, IQueryCollection query)
    {
        if (Number(query, "limit", DefaultLimit) is not (>= 0 and <= MaxLimit and var limit) || Number(query, "offset", 0) is not (>= 0 and var offset))
            return PixAnswer.Of(PixError.Bad(8, "Invalid value for limit or offset"), book.Now);
        var dateOf = DateOf(query["range"].ToString());
        if (Instant(query, "begin_date", book.Now, DateTimeOffset.MinValue) is not { } begin
            || Instant(query, "end_date", book.Now, DateTimeOffset.MaxValue) is not { } end)
            return PixAnswer.Of(PixError.Bad(5, "Invalid value for begin_date or end_date"), book.Now);

        var (reference, status) = (query["external_reference"].ToString(), query["status"].ToString());
        var found = book.All.Where(p =>
            (reference.Length == 0 || p.ExternalReference == reference)
            && (status.Length == 0 || p.Status == status)
            && dateOf(p) is { } at && at >= begin && at <= end);
        var sorted = DateOf(query["sort"].ToString()) is var key && query["criteria"] == "asc" ? found.OrderBy(key) : found.OrderByDescending(key);
        var all = sorted.ToArray();
        return new PixAnswer(200, PixWriter.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("paging");
            json.WriteNumber("total", all.Length);
            json.WriteNumber("limit", limit);
            json.WriteNumber("offset", offset);
            json.WriteEndObject();
            json.WriteStartArray("results");
            foreach (var payment in all.Skip(offset).Take(limit))
                PixWriter.Payment(json, payment);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
    }

    private static Func<PixPayment, DateTimeOffset?> DateOf(string name) => name switch
    {
        "date_approved" => p => p.Approved,
        "date_last_updated" => p => p.Updated,
        _ => p => p.Created,
    };

    private static int? Number(IQueryCollection query, string name, int absent) => query[name].ToString() switch
    {
        "" => absent,
        var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    // An instant, or NOW with an offset such as NOW-3DAYS.
    private static DateTimeOffset? Instant(IQueryCollection query, string name, DateTimeOffset now, DateTimeOffset absent)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
            return absent;
        if (!text.StartsWith("NOW", StringComparison.Ordinal))
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
        var rest = text.AsSpan(3);
        if (rest.IsEmpty)
            return now;
        var unit = rest.TrimStart("-0123456789");
        if (rest[0] != '-' || !int.TryParse(rest[1..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return null;
        return unit switch
        {
            "MINUTES" or "MINUTE" => now.AddMinutes(-count),
            "HOURS" or "HOUR" => now.AddHours(-count),
            "DAYS" or "DAY" => now.AddDays(-count),
            "MONTHS" or "MONTH" => now.AddMonths(-count),
            "YEARS" or "YEAR" => now.AddYears(-count),
            _ => null,
        };
    }
}
