namespace ReserveConnect.Trials.Racing;

/// <summary>What must hold of every seed of every race. Pure: it says what is wrong with the facts.</summary>
internal static class Verdict
{
    private static readonly string[] _ends = ["confirmed", "cancelled", "expired"];

    /// <summary>What is wrong; empty: nothing.</summary>
    public static IReadOnlyList<string> Of(Facts facts) =>
    [
        .. facts.Intents.SelectMany(OneEnd),
        .. facts.Intents.SelectMany(Money),
        .. facts.Intents.SelectMany(Refunds),
        .. facts.Intents.SelectMany(intent => Host(intent, facts.AtHost)),
        .. NightsSoldOnce(facts),
    ];

    // One terminal state: reached, never left, and reached once.
    private static IEnumerable<string> OneEnd(IntentFacts intent)
    {
        if (!_ends.Contains(intent.Status))
            yield return $"intent {intent.Id} ended as {intent.Status}, which is no end";
        if (intent.IsRestless)
            yield return $"intent {intent.Id} is {intent.Status} and has not come to rest";
        if (intent.HasFailed)
            yield return $"intent {intent.Id} is {intent.Status}, and a saga of it failed or an event of it was set aside";
        if (intent.Revivals > intent.Charges.Count(charge => charge.Received > 0 || charge.Status is "canceled" or "requires_capture"))
            yield return $"intent {intent.Id} left its end {intent.Revivals} times, and not for money that came late";
        if (intent.Confirmations != (intent.Status == "confirmed" ? 1 : 0) || intent.MovesAfterEnd != 0)
            yield return $"intent {intent.Id} is {intent.Status} and was confirmed {intent.Confirmations} times, left again {intent.MovesAfterEnd} times";
        if (intent.Reservations.Count != (intent.Status == "confirmed" ? 1 : 0))
            yield return $"intent {intent.Id} is {intent.Status} and has {intent.Reservations.Count} reservations";
        var wanted = intent.Agreed is { IsCancelled: true } ? "cancelled" : "confirmed";
        if (intent.Reservations.Any(reservation => reservation.Status != wanted))
            yield return $"the reservation of intent {intent.Id} is not {wanted}: {string.Join(", ", intent.Reservations.Select(reservation => reservation.Status))}";
    }

    // Money received is booked or refunded, by the providers' books and by ours.
    private static IEnumerable<string> Money(IntentFacts intent)
    {
        var owed = intent.Status == "confirmed" ? intent.Total - (intent.Agreed?.Amount ?? 0m) : 0m;
        var atProviders = intent.Charges.Sum(charge => charge.Net);
        if (atProviders != owed)
            yield return $"intent {intent.Id} is {intent.Status}: the providers keep {atProviders} of the guest's money, not {owed}";
        var here = intent.Attempts.Sum(attempt => attempt.Received) - intent.Refunds.Where(refund => refund.Status == "succeeded").Sum(refund => refund.Amount);
        if (here != owed)
            yield return $"intent {intent.Id} is {intent.Status}: {here} of the guest's money is on record here, not {owed}";
        var inTheBooks = intent.Attempts.Sum(attempt => attempt.InTheBooks) - intent.Refunds.Sum(refund => refund.InTheBooks);
        if (inTheBooks != owed)
            yield return $"intent {intent.Id} is {intent.Status}: the ledger has {inTheBooks} of the guest's money, not {owed}";
        foreach (var charge in intent.Charges.Where(charge => charge.Received > 0))
        {
            var ours = intent.Attempts.Where(attempt => attempt.ProviderId == charge.Id).ToList();
            if (ours.Count != 1 || ours[0].Received != charge.Received)
                yield return $"charge {charge.Id} brought {charge.Received}; on record here: {string.Join(" and ", ours.Select(attempt => attempt.Received))}";
        }
    }

    // Every refund once: each that was made there is one here and one in the ledger, of the same amount, and the reverse.
    private static IEnumerable<string> Refunds(IntentFacts intent)
    {
        var made = intent.Charges.SelectMany(charge => charge.Refunds).Where(refund => refund.IsMade).ToList();
        foreach (var refund in made)
        {
            var ours = intent.Refunds.Where(ours => ours.ProviderRefundId == refund.Id && ours.Status == "succeeded").ToList();
            if (ours.Count != 1 || ours[0].Amount != refund.Amount || ours[0].InTheBooks != refund.Amount)
                yield return $"refund {refund.Id} of {refund.Amount} is on record here {ours.Count} times ({string.Join(", ", ours.Select(r => $"{r.Amount}, {r.InTheBooks} in the ledger"))})";
        }

        foreach (var ours in intent.Refunds.Where(ours => made.TrueForAll(refund => refund.Id != ours.ProviderRefundId)))
            yield return $"a refund of {ours.Amount} that is {ours.Status} here ({ours.ProviderRefundId ?? "without a name"}) was made by no provider";
    }

    // The Host's bookings are our reservations.
    private static IEnumerable<string> Host(IntentFacts intent, IReadOnlyList<HostFacts> all)
    {
        var standing = all.Where(booking => booking.IntentId == intent.Id && booking.Stands).ToList();
        var expected = intent.Reservations.Where(IsStanding).Select(r => (r.HostBookingId, r.CheckIn, r.CheckOut)).ToHashSet();
        if (!expected.SetEquals(standing.Select(booking => (booking.Id, booking.CheckIn, booking.CheckOut))))
            yield return $"intent {intent.Id} is {intent.Status}: at the Host stand {standing.Count} bookings, here {expected.Count} reservations, and they differ";
        if (intent.Reservations.Any(reservation => reservation.HostBookingId != intent.HostBookingId || (reservation.CheckIn, reservation.CheckOut) != (intent.CheckIn, intent.CheckOut)))
            yield return $"the reservation of intent {intent.Id} is another than the one it asked for";
    }

    private static IEnumerable<string> NightsSoldOnce(Facts facts)
    {
        foreach (var night in facts.Nights)
        {
            var reserved = facts.Intents.SelectMany(intent => intent.Reservations).Count(r => IsStanding(r) && r.CheckIn <= night.Date && night.Date < r.CheckOut);
            var atHost = facts.AtHost.Count(booking => booking.Stands && booking.CheckIn <= night.Date && night.Date < booking.CheckOut);
            if (reserved > night.Rooms || atHost > night.Rooms)
                yield return $"the night of {night.Date:O} was sold {Math.Max(reserved, atHost)} times and has {night.Rooms} rooms";
            if (night.Booked != reserved || night.Held != 0)
                yield return $"the night of {night.Date:O} counts {night.Booked} booked and {night.Held} held, with {reserved} reservations and all at rest";
        }
    }

    private static bool IsStanding(ReservationFacts reservation) => reservation.Status == "confirmed";
}
