using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Hosting;

namespace ReserveConnect.Sandbox.Control;

/// <summary>A charge as the books of a payment provider have it, in the same words for each.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Status">As the provider writes it.</param>
/// <param name="Received">What came in, refunds not taken off; 0: nothing, or a reserved amount only.</param>
/// <param name="ClientSecret">Cards: what the guest's browser confirms with.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Metadata">What the merchant gave along.</param>
/// <param name="Refunds">In the order in which they were made.</param>
internal sealed record BookedCharge(
    string Id,
    string Status,
    decimal Received,
    string? ClientSecret,
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<BookedRefund> Refunds);

/// <summary>A refund as the books have it.</summary>
/// <param name="IsMade">Whether the money is back with the guest.</param>
internal sealed record BookedRefund(string Id, string Status, decimal Amount, bool IsMade);

/// <summary>
/// <c>GET /control/books</c>: what the provider has of whose money. <c>since</c>: only charges made from that instant on;
/// <c>mentions</c>: only those with that text in their metadata; <c>wait_ms</c>: wait so long until there is one, with
/// <c>refunds=1</c> until one has a refund.
/// </summary>
internal static class BooksEndpoint
{
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(10);

    /// <summary>Adds the path.</summary>
    /// <param name="control">The control API.</param>
    /// <param name="clock">The server's clock.</param>
    /// <param name="read">Reads the charges from an instant on, oldest first.</param>
    public static void Map(RouteGroupBuilder control, TimeProvider clock, Func<DateTimeOffset, IReadOnlyList<BookedCharge>> read) =>
        control.MapGet("/books", async context =>
        {
            var query = context.Request.Query;
            var since = DateTimeOffset.TryParse(query["since"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var from) ? from : default;
            var mentioned = query["mentions"].ToString();
            var withRefund = query["refunds"].ToString() is "1";
            var wait = TimeSpan.FromMilliseconds(int.TryParse(query["wait_ms"], NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? ms : 0);
            var begun = clock.GetTimestamp();
            while (true)
            {
                var found = read(since).Where(c => mentioned.Length == 0 || c.Metadata.Values.Contains(mentioned)).ToArray();
                if (found.Any(c => !withRefund || c.Refunds.Count > 0) || clock.GetElapsedTime(begun) >= wait)
                {
                    await ControlCall.AnswerAsync(context, found, ControlJson.Default.BookedChargeArray);
                    return;
                }

                await Task.Delay(_betweenLooks, clock, context.RequestAborted);
            }
        });
}
