using ReserveConnect.Booking;

namespace ReserveConnect.Trials.Replay;

/// <summary>What must hold at the end of a replay. Pure: it says what is wrong with the facts.</summary>
internal static class Wrong
{
    private const int Shown = 5;

    public static IReadOnlyList<string> Of(
        Facts facts, Books books, Witnesses witnesses, IReadOnlyDictionary<string, string> ends, IReadOnlyDictionary<string, int> trouble) =>
    [
        .. trouble.Select(what => $"{what.Value} times: {what.Key}"),
        .. facts.Invariants.Where(invariant => invariant.Broken > 0).Select(invariant => $"invariant {invariant.Name}: {invariant.Broken} rows, {string.Join("; ", invariant.Sample)}"),
        .. facts.OpenExceptions.Select(open => $"{open.Value} exceptions are left open: {open.Key}"),
        .. witnesses.Failed.Where(failed => failed.Value > 0).Select(failed => $"{failed.Value} {failed.Key} were given up"),
        .. Differ("rows that were driven", facts.Driven, "bookings taken and refused", Of(facts.Done, "booked") + facts.NotBooked.Values.Sum()),
        .. Differ("bookings taken", Of(facts.Done, "booked"), "reservations", facts.Reservations.Values.Sum()),
        .. EndedOtherwise(witnesses, ends),
        .. Differ("bookings and changes made", Of(facts.Done, "booked") + Of(facts.Done, "changed"), "confirmed intents", Of(books.Intents, BookingIntentStatus.Confirmed)),
        .. books.Intents.Keys.Except([BookingIntentStatus.Confirmed, BookingIntentStatus.Cancelled, BookingIntentStatus.Expired]).Select(status => $"{books.Intents[status]} intents are {status}"),
        .. facts.Difference == 0 ? (string[])[] : [$"the trial balance is off by {facts.Difference}"],
        .. Differ("taken by our books", books.Taken, "received by the providers'", witnesses.Received),
        .. Differ("given back by our books, but for transfers", books.GivenBack - books.Transferred, "by the providers'", witnesses.GivenBack),
        .. AtHost(witnesses),
    ];

    private static IEnumerable<string> EndedOtherwise(Witnesses witnesses, IReadOnlyDictionary<string, string> ends)
    {
        var otherwise = ends.Where(end => witnesses.Ends.GetValueOrDefault(end.Key)?.Status != end.Value).ToList();
        return otherwise.Count == 0
            ? []
            : [$"{otherwise.Count} bookings did not end as they had to: {string.Join("; ", otherwise.Take(Shown).Select(end => $"{end.Value} had to be, {witnesses.Ends.GetValueOrDefault(end.Key)?.Status ?? "no reservation"} is"))}"];
    }

    // A stay that took place stands at the Host, one that was given up does not, and nothing stands there of which we do not know.
    private static IEnumerable<string> AtHost(Witnesses witnesses)
    {
        var ours = witnesses.Ends.Values.ToLookup(ending => ending.Status, ending => ending.HostBookingId);
        var missing = ours[ReservationStatus.Completed].Count(id => !witnesses.AtHost.Contains(id));
        var standing = ours[ReservationStatus.Cancelled].Count(witnesses.AtHost.Contains);
        var unknown = witnesses.AtHost.Except(witnesses.Ends.Values.Select(ending => ending.HostBookingId)).Count();
        return
        [
            .. missing == 0 ? (string[])[] : [$"{missing} stays took place that do not stand at the Host"],
            .. standing == 0 ? (string[])[] : [$"{standing} bookings were given up that stand at the Host"],
            .. unknown == 0 ? (string[])[] : [$"{unknown} bookings stand at the Host of which we do not know"],
        ];
    }

    private static IEnumerable<string> Differ(string here, decimal count, string there, decimal other) => count == other ? [] : [$"{count} {here}, {other} {there}"];

    private static int Of(IReadOnlyDictionary<string, int> counts, string which) => counts.GetValueOrDefault(which);
}
