namespace ReserveConnect.Finance.Payouts;

/// <summary>The entries of payouts (money.md) as pure functions.</summary>
public static class PayoutPostings
{
    public const string Type = "payout";
    public const string Reversal = "payout_reversal";
    public const string CarryOver = "carry_over";

    /// <summary>
    /// Sent: what the property was owed leaves for cash and for the taxes withheld; what an earlier payout was below nothing is settled by
    /// it. Key <c>payout:{payout}</c>.
    /// </summary>
    public static LedgerTransaction Sent(Payout payout, PayoutCalculation sum) =>
        Of(payout, $"payout:{payout.Id}", Type, Moves(payout.PropertyId, payout, sum));

    /// <summary>It came back: each entry of <see cref="Sent"/> the other way round. Key <c>payout-reversal:{payout}</c>.</summary>
    public static LedgerTransaction Returned(Payout payout, PayoutCalculation sum) =>
        Of(payout, $"payout-reversal:{payout.Id}", Reversal,
            [.. Moves(payout.PropertyId, payout, sum).Select(e => e with { Side = e.Side == Side.Debit ? Side.Credit : Side.Debit })]);

    /// <summary>
    /// A property was paid more than it is owed: what is missing is no liability below nothing but a receivable, until a later payout
    /// settles it. Key <c>carry-over:{payout}</c>; null where what was earned and what was taken back are the same.
    /// </summary>
    public static LedgerTransaction? CarriedOver(Guid payoutId, Guid propertyId, PayoutCalculation sum) =>
        sum.Settled == 0
            ? null
            : new($"carry-over:{payoutId}", CarryOver, Ledger.Currency,
                [
                    .. Signed(Postings.PropertyPayable, -sum.Settled, propertyId),
                    .. Signed(Postings.PayoutReceivable, sum.CarriedIn - sum.CarriedOver, propertyId),
                ])
            {
                PropertyId = propertyId,
                Description = "carried over",
            };

    private static List<LedgerEntry> Moves(Guid propertyId, Payout payout, PayoutCalculation sum) =>
        [
            .. Signed(Postings.PropertyPayable, -sum.Settled, propertyId),
            .. Signed(Postings.PayoutReceivable, sum.CarriedIn, propertyId),
            .. sum.Taxes.Select(tax => new LedgerEntry(Postings.TaxPayable, Side.Credit, tax.Amount, TaxType: tax.TaxType)),
            new(payout.IsPix ? Postings.CashPix : Postings.CashStripe, Side.Credit, payout.NetAmount),
        ];

    // More than 0 is a credit.
    private static IEnumerable<LedgerEntry> Signed(string account, decimal amount, Guid propertyId) =>
        amount == 0 ? [] : [new(account, amount > 0 ? Side.Credit : Side.Debit, Math.Abs(amount), propertyId)];

    private static LedgerTransaction Of(Payout payout, string key, string type, IReadOnlyList<LedgerEntry> entries) =>
        new(key, type, payout.Currency, entries)
        {
            PropertyId = payout.PropertyId,
            StripeTransferId = payout.StripeTransferId,
            PixTransactionId = payout.PixTransferId,
            Description = type,
        };
}
