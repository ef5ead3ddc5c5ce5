using System.Text.Json;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Answers with an object, an error, or a page of a list.</summary>
internal static class Answers
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 100;

    /// <summary>An intent.</summary>
    public static StripeAnswer Of(StripeMemory memory, Intent intent, Expand expand) =>
        new(200, StripeWriter.Bytes(json => memory.Writer.Intent(json, intent, expand)));

    /// <summary>A charge.</summary>
    public static StripeAnswer Of(StripeMemory memory, Charge charge, Expand expand) =>
        new(200, StripeWriter.Bytes(json => memory.Writer.Charge(json, charge, expand)));

    /// <summary>A refund.</summary>
    public static StripeAnswer Of(StripeMemory memory, Refund refund, Expand expand) =>
        new(200, StripeWriter.Bytes(json => memory.Writer.Refund(json, refund, expand)));

    /// <summary>An error.</summary>
    public static StripeAnswer Of(StripeMemory memory, StripeError error, StripeCall call) =>
        new(error.Status, StripeWriter.Bytes(json => memory.Writer.Error(json, error, call.RequestId ?? ""))) { IsOfState = error.IsOfState };

    /// <summary>What came of a call on an intent.</summary>
    public static StripeAnswer Of(StripeMemory memory, IntentOutcome outcome, Expand expand, StripeCall call) =>
        outcome.Intent is { } intent ? Of(memory, intent, expand) : Of(memory, outcome.Error!, call);

    /// <summary>A page, newest first: <c>limit</c>, <c>starting_after</c>, <c>ending_before</c>, <c>created</c>.</summary>
    public static StripeAnswer Page<T>(
        StripeMemory memory,
        StripeForm form,
        StripeCall call,
        string url,
        IEnumerable<T> newest,
        Func<T, string> idOf,
        Func<T, long> createdOf,
        Action<Utf8JsonWriter, T> write)
    {
        var limit = form.Number("limit", 1) ?? DefaultLimit;
        var created = (Exactly: form.Number("created"), After: form.Number("created[gt]"), From: form.Number("created[gte]"),
            Before: form.Number("created[lt]"), To: form.Number("created[lte]"));
        if ((form.Error ?? (limit > MaxLimit ? StripeError.Invalid("parameter_invalid_integer", "This value must be less than or equal to 100.", "limit") : null)) is { } error)
            return Of(memory, error, call);
        var fitting = newest.Where(item => createdOf(item) is var at
            && !(created.Exactly != null && at != created.Exactly)
            && !(at <= created.After) && !(at < created.From) && !(at >= created.Before) && !(at > created.To));
        var (page, more) = Cut(fitting, (int)limit, form.Text("starting_after"), form.Text("ending_before"), idOf);
        return new StripeAnswer(200, StripeWriter.Bytes(json => StripeWriter.List(json, url, page, more, item => write(json, item))));
    }

    // Read no further than the page needs: there may be a hundred thousand items.
    private static (T[] Page, bool More) Cut<T>(IEnumerable<T> items, int limit, string? after, string? before, Func<T, string> idOf)
    {
        if (before is not null)
        {
            var newer = items.TakeWhile(item => idOf(item) != before).ToArray();
            return (newer[Math.Max(0, newer.Length - limit)..], newer.Length > limit);
        }

        var rest = after is null ? items : items.SkipWhile(item => idOf(item) != after).Skip(1);
        var page = rest.Take(limit + 1).ToArray();
        return page.Length > limit ? (page[..limit], true) : (page, false);
    }
}
