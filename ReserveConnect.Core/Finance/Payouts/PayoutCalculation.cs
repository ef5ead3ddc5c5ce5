namespace ReserveConnect.Finance.Payouts;

/// <summary>
/// What a payout comes to, and how (money.md, payouts): every transaction that it pays is a line, what an earlier one was below nothing
/// is one, and so is each tax withheld. The sum of the lines is what is sent; below nothing, a line carries it over.
/// </summary>
/// <param name="Lines">In their order.</param>
public sealed record PayoutCalculation(IReadOnlyList<PayoutLine> Lines)
{
    public decimal Gross => Lines.Sum(l => l.Gross);

    public decimal Commission => Lines.Sum(l => l.Commission);

    public decimal Tax => Lines.Sum(l => l.Tax);

    /// <summary>What is sent.</summary>
    public decimal Net => Lines.Sum(l => l.Amount);

    /// <summary>What the next one takes over; more than 0 only where nothing is sent.</summary>
    public decimal CarriedOver => Lines.Where(l => l.Kind == PayoutLineKind.CarriedOut).Sum(l => l.Amount);

    /// <summary>What it takes over of earlier ones.</summary>
    public decimal CarriedIn => -Lines.Where(l => l.Kind == PayoutLineKind.CarriedIn).Sum(l => l.Amount);

    /// <summary>What of the property's account in the books it settles: all lines but those that are no money of the account.</summary>
    public decimal Settled => Lines.Where(l => l.TransactionId is not null).Sum(l => l.Amount);

    /// <summary>Withheld by tax, BRL.</summary>
    public IReadOnlyList<(string TaxType, decimal Amount)> Taxes =>
        [.. Lines.Where(l => l.Kind == PayoutLineKind.Tax).GroupBy(l => l.TaxType!).Select(g => (g.Key, g.Sum(l => l.Tax))).Where(t => t.Item2 != 0)];

    /// <summary>The reservations that it is about.</summary>
    public IReadOnlyList<Guid> Reservations => [.. Lines.Select(l => l.ReservationId).OfType<Guid>().Distinct()];

    /// <summary>
    /// Calculates a payout; null when there is nothing to pay and nothing new to carry over. A reservation whose transactions cancel
    /// each other out is no line.
    /// </summary>
    /// <param name="payable">What is due and no other payout pays, of one property.</param>
    /// <param name="carried">Earlier payouts of it that were below nothing, and that none has taken over.</param>
    /// <param name="taxes">What is withheld of what is sent.</param>
    public static PayoutCalculation? Of(
        IReadOnlyList<PayableTransaction> payable, IReadOnlyList<CarriedAmount> carried, IReadOnlyList<WithheldTax> taxes)
    {
        ArgumentNullException.ThrowIfNull(payable);
        ArgumentNullException.ThrowIfNull(carried);
        var lines = payable
            .GroupBy(p => p.ReservationId ?? p.TransactionId)
            .Where(matter => matter.Sum(p => p.Amount) != 0)
            .SelectMany(matter => matter.Select(LineOf))
            .ToList();
        if (lines.Sum(l => l.Amount) == 0)
        {
            return null;
        }

        lines.AddRange(carried.Select(c => new PayoutLine(PayoutLineKind.CarriedIn, -c.Amount, CarriedFrom: c.PayoutId)));
        return new([.. lines, .. Closing(lines, taxes)]);
    }

    /// <summary>
    /// The same payout after more became known of it: further transactions, each a line, and what of taxes and of the amount carried over
    /// differs by them. What stands is not changed.
    /// </summary>
    /// <param name="payable">What is to be added.</param>
    /// <param name="taxes">What is withheld on the day on which it is sent.</param>
    /// <returns>Only the new lines; none where nothing is new.</returns>
    public IReadOnlyList<PayoutLine> Further(IReadOnlyList<PayableTransaction> payable, IReadOnlyList<WithheldTax> taxes)
    {
        ArgumentNullException.ThrowIfNull(payable);
        ArgumentNullException.ThrowIfNull(taxes);
        var further = payable.Select(LineOf).ToList();
        var matter = Lines.Where(l => l.Kind is not (PayoutLineKind.Tax or PayoutLineKind.CarriedOut)).Concat(further).ToList();
        // A tax that was withheld at another rate is withheld at the rate of the day on which it is sent.
        var before = Lines.Where(l => l.Kind == PayoutLineKind.Tax).GroupBy(l => l.TaxType!).ToDictionary(g => g.Key, g => g.Sum(l => l.Tax));
        foreach (var line in Closing(matter, taxes))
        {
            if (line.Kind != PayoutLineKind.Tax)
            {
                further.Add(line);
                continue;
            }

            before.Remove(line.TaxType!, out var withheld);
            if (line.Tax != withheld)
            {
                further.Add(line with { Tax = line.Tax - withheld });
            }
        }

        further.AddRange(before.Where(t => t.Value != 0).Select(t => new PayoutLine(PayoutLineKind.Tax, 0, Tax: -t.Value, TaxType: t.Key, TaxRate: 0)));
        return further;
    }

    private static PayoutLine LineOf(PayableTransaction payable) =>
        new(PayoutLineKind.Of(payable.Type), payable.Amount + payable.Commission, payable.Commission, TransactionId: payable.TransactionId,
            ReservationId: payable.ReservationId);

    // Taxes of what is sent, each rounded once; or what is below nothing, carried over.
    private static IEnumerable<PayoutLine> Closing(IReadOnlyList<PayoutLine> lines, IReadOnlyList<WithheldTax> taxes)
    {
        var due = lines.Sum(l => l.Amount);
        if (due <= 0)
        {
            return due == 0 ? [] : [new PayoutLine(PayoutLineKind.CarriedOut, -due)];
        }

        return taxes
            .Select(tax => new PayoutLine(
                PayoutLineKind.Tax, 0, Tax: decimal.Round(due * tax.Rate / 100m, 2, MidpointRounding.ToEven), TaxType: tax.TaxType, TaxRate: tax.Rate))
            .Where(line => line.Tax != 0);
    }
}
