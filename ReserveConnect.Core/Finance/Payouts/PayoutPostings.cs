using System.Globalization;

namespace ReserveConnect.Finance.Payouts;

/// <summary>The entries of payouts (money.md) as pure functions.</summary>
public static class PayoutPostings
{
    public const string Type = "payout";
    public const string Reversal = "payout_reversal";
    public const string PartialReturn = "payout_return";
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
    /// A part of it came back: cash, and the taxes withheld of that part, are owed to the property again; a later payout pays it like anything
    /// else that is due. Taxes are shared out by what came back in all, so that the parts of the whole come to the whole. Key
    /// <c>payout-return:{payout}:{returned in all}</c>.
    /// </summary>
    /// <param name="returned">What came back in all, BRL; more than <see cref="Payout.ReturnedAmount"/>, which is what of it is in the books.</param>
    public static LedgerTransaction PartlyReturned(Payout payout, PayoutCalculation sum, decimal returned)
    {
        ArgumentNullException.ThrowIfNull(payout);
        ArgumentNullException.ThrowIfNull(sum);
        var cash = returned - payout.ReturnedAmount;
        var taxes = sum.Taxes
            .Select(tax => tax with { Amount = ShareOf(tax.Amount, returned, payout.NetAmount) - ShareOf(tax.Amount, payout.ReturnedAmount, payout.NetAmount) })
            .Where(tax => tax.Amount != 0)
            .ToList();
        return Of(payout, string.Create(CultureInfo.InvariantCulture, $"payout-return:{payout.Id}:{returned:0.00}"), PartialReturn,
            [
                new(CashOf(payout), Side.Debit, cash),
                .. taxes.Select(tax => new LedgerEntry(Postings.TaxPayable, Side.Debit, tax.Amount, TaxType: tax.TaxType)),
                .. Signed(Postings.PropertyPayable, cash + taxes.Sum(tax => tax.Amount), payout.PropertyId),
            ]);
    }

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
            new(CashOf(payout), Side.Credit, payout.NetAmount),
        ];

    private static string CashOf(Payout payout) => payout.IsPix ? Postings.CashPix : Postings.CashStripe;

    private static decimal ShareOf(decimal tax, decimal part, decimal whole) => decimal.Round(tax * part / whole, 2, MidpointRounding.ToEven);

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
