using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Inventory.Feeds;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The query string of <c>get_property_calendar_feed</c>.</summary>
public sealed record CalendarFeedParameters(string? Token) : IQuery<CalendarFeedParameters>
{
    /// <inheritdoc/>
    public static CalendarFeedParameters Read(QueryReader query) =>
        new(query.Text("token", required: true, about: "The secret of the address that the owner was given."));
}

/// <summary>
/// <c>get_property_calendar_feed</c>: the nights of a property that cannot be had, as an iCalendar for other systems. They send
/// no <c>Authorization</c>, so that the secret is in the address; a wrong one is answered as a property that there is not.
/// </summary>
public sealed class GetPropertyCalendarFeed(CalendarFeeds feeds)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(60);

    [Function("get_property_calendar_feed")]
    [Access(Callers.Public)]
    [Limit(LimitClass.Feeds)]
    [TakesQuery<CalendarFeedParameters>]
    [AnswersBytes(CalendarAnswer.MediaType, IsCached = true)]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "properties/{slug}/calendar.ics")] HttpRequest request,
        string slug,
        CancellationToken ct)
    {
        var feed = await feeds.GetAsync(slug, QueryReader.ReadLoosely<CalendarFeedParameters>(request).Token, ct);
        return feed.Refusal is { } refusal ? Problem.From(refusal, request.HttpContext) : new CalendarAnswer(feed.Value, KeepFor);
    }
}
