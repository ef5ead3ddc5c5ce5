namespace ReserveConnect.Finance.Payouts;

/// <summary>Into how many payouts what is due to a property is divided.</summary>
internal static class PayoutParts
{
    /// <summary>
    /// Whoever is paid by booking has a payout for each; what is of no booking, was taken back or is carried over goes with the first, or with
    /// the first ones together, until something is left to pay. An order is one payout: it is approved as one.
    /// </summary>
    /// <param name="run">The schedule that is run; <see cref="PayoutSchedule.Ordered"/>: none.</param>
    /// <param name="schedule">The property's own.</param>
    /// <param name="carried">What earlier payouts of it were below nothing, BRL.</param>
    /// <returns>Parts of which exactly one takes over what is carried.</returns>
    public static IEnumerable<(IReadOnlyList<PayableTransaction> Part, bool TakesOver)> Of(
        string run, string schedule, IReadOnlyList<PayableTransaction> due, decimal carried)
    {
        if (schedule != PayoutSchedule.PerBooking || run == PayoutSchedule.Ordered)
        {
            yield return (due, true);
            yield break;
        }

        var matters = due.GroupBy(t => t.ReservationId ?? Guid.Empty).ToLookup(m => m.Key != Guid.Empty && m.Sum(t => t.Amount) > 0);
        List<PayableTransaction> first = [.. matters[false].SelectMany(m => m)];
        var isFirst = true;
        foreach (var booking in matters[true])
        {
            if (!isFirst)
            {
                yield return ([.. booking], false);
                continue;
            }

            first.AddRange(booking);
            if (first.Sum(t => t.Amount) > carried)
            {
                yield return (first, true);
                isFirst = false;
            }
        }

        if (isFirst)
        {
            yield return (first, true);
        }
    }
}
