namespace ReserveConnect.Finance;

/// <summary>The entries of money.md as pure functions: which accounts a business fact debits and credits.</summary>
public static class Postings
{
    public const string CashStripe = "cash_stripe";
    public const string CashPix = "cash_pix";
    public const string StripeFees = "stripe_fees";
    public const string PixFees = "pix_fees";
    public const string GuestPrepayment = "guest_prepayment";
    public const string PropertyPayable = "property_payable";
    public const string PayoutReceivable = "payout_receivable";
    public const string TaxPayable = "tax_payable";
    public const string TaxExpense = "tax_expense";
    public const string CommissionIncome = "commission_income";
    public const string ServiceFeeIncome = "service_fee_income";
    public const string CancellationFeeIncome = "cancellation_fee_income";
    public const string RefundExpense = "refund_expense";
    public const string RetainedEarnings = "retained_earnings";

    /// <summary>Payment received: cash to guest_prepayment. Key <c>payment:{attempt}</c>.</summary>
    public static LedgerTransaction PaymentReceived(MoneyIn payment) =>
        Of(payment, $"payment:{payment.AttemptId}", "payment", payment.Amount,
            debit: new(payment.CashAccount, Side.Debit, payment.Amount),
            credit: new(GuestPrepayment, Side.Credit, payment.Amount, payment.BookingIntentId));

    /// <summary>The provider's fee as the provider reports it: fees to cash. Key <c>fee:{charge}</c>.</summary>
    public static LedgerTransaction ProviderFee(MoneyIn payment, string chargeId, decimal fee) =>
        Of(payment, $"fee:{chargeId}", "fee", fee,
            debit: new(payment.FeeAccount, Side.Debit, fee),
            credit: new(payment.CashAccount, Side.Credit, fee));

    /// <summary>
    /// Refund before confirmation, or of money that belongs to no booking, or no longer: guest_prepayment to cash. The provider
    /// keeps its fee, which stays an expense. Key <c>refund:{refund}</c>, with the number of earlier reversals behind it where
    /// there are any.
    /// </summary>
    /// <param name="payment">Whose money it was.</param>
    /// <param name="refundId">The refund.</param>
    /// <param name="amount">What went back.</param>
    /// <param name="reversals">How often its provider has taken it back before.</param>
    public static LedgerTransaction RefundBeforeConfirmation(MoneyIn payment, Guid refundId, decimal amount, int reversals = 0) =>
        Of(payment, reversals == 0 ? $"refund:{refundId}" : $"refund:{refundId}:{reversals}", "refund", amount,
            debit: new(GuestPrepayment, Side.Debit, amount, payment.BookingIntentId),
            credit: new(payment.CashAccount, Side.Credit, amount));

    /// <summary>A provider takes a refund back after it had succeeded: the money is owed again. Key <c>refund-reversal:{refund}:{reversal}</c>.</summary>
    /// <param name="payment">Whose money it is.</param>
    /// <param name="refundId">The refund.</param>
    /// <param name="amount">What came back.</param>
    /// <param name="reversal">1 for the first.</param>
    public static LedgerTransaction RefundTakenBack(MoneyIn payment, Guid refundId, decimal amount, int reversal) =>
        Of(payment, $"refund-reversal:{refundId}:{reversal}", "refund_reversal", amount,
            debit: new(payment.CashAccount, Side.Debit, amount),
            credit: new(GuestPrepayment, Side.Credit, amount, payment.BookingIntentId));

    /// <summary>
    /// Booking confirmed: the prepayment becomes the property's share, our income and tax. Key <c>confirm:{reservation}</c>.
    /// </summary>
    public static LedgerTransaction BookingConfirmed(ConfirmedMoney booking)
    {
        List<LedgerEntry> entries =
        [
            new(GuestPrepayment, Side.Debit, booking.Total, booking.BookingIntentId),
            new(PropertyPayable, Side.Credit, booking.NetToProperty, booking.PropertyId),
            new(CommissionIncome, Side.Credit, booking.Commission),
            new(ServiceFeeIncome, Side.Credit, booking.ServiceFee),
            new(TaxPayable, Side.Credit, booking.BookingTax, TaxType: "BOOKING"),
        ];
        return Of(booking, $"confirm:{booking.ReservationId}", "commission", entries);
    }

    /// <summary>ISS on commission and service fee at the city's rate. Key <c>tax:{reservation}</c>; null when it comes to nothing.</summary>
    /// <param name="booking">The confirmed booking.</param>
    /// <param name="rate">Per cent.</param>
    public static LedgerTransaction? ServiceTax(ConfirmedMoney booking, decimal rate)
    {
        var tax = booking.ServiceTaxAt(rate);
        return tax == 0
            ? null
            : Of(booking, $"tax:{booking.ReservationId}", "tax",
                [new(TaxExpense, Side.Debit, tax, TaxType: "ISS"), new(TaxPayable, Side.Credit, tax, TaxType: "ISS")]);
    }

    /// <summary>
    /// Cancellation after confirmation, the first half: what the guest is owed leaves every account that the confirmation credited,
    /// and the ISS on our part of it, for guest_prepayment; what of it we gave before at our expense is no expense any more.
    /// <see cref="RefundBeforeConfirmation"/> is the second. Key <c>cancel:{reservation}</c>.
    /// </summary>
    /// <param name="money">What is owed.</param>
    /// <param name="refund">What of it goes back now.</param>
    public static LedgerTransaction ConfirmationReversed(ReversedMoney money, decimal refund) =>
        Of(money.Booking, $"cancel:{money.Booking.ReservationId}", "cancellation", Reversed(money, refund));

    /// <summary>
    /// A refund that the property and we bear as we shared the price: the same as of a cancellation, of a booking that stands.
    /// Key <c>reversal:{refund}</c>.
    /// </summary>
    public static LedgerTransaction PartlyReversed(Guid refundId, ReversedMoney money) =>
        Of(money.Booking, $"reversal:{refundId}", "reversal", Reversed(money, money.Refund));

    private static List<LedgerEntry> Reversed(ReversedMoney money, decimal refund) =>
        [
            new(PropertyPayable, Side.Debit, money.ToProperty, money.Booking.PropertyId),
            new(CommissionIncome, Side.Debit, money.Commission),
            new(ServiceFeeIncome, Side.Debit, money.ServiceFee),
            new(TaxPayable, Side.Debit, money.BookingTax, TaxType: "BOOKING"),
            new(GuestPrepayment, Side.Credit, refund, money.Booking.BookingIntentId),
            new(RefundExpense, Side.Credit, money.Refund - refund),
            new(TaxPayable, Side.Debit, money.ServiceTax, TaxType: "ISS"),
            new(TaxExpense, Side.Credit, money.ServiceTax, TaxType: "ISS"),
        ];

    /// <summary>
    /// The commission on a retained fee is income of another kind; the property's part stays where it is. Key
    /// <c>cancelfee:{reservation}</c>; null when we keep nothing.
    /// </summary>
    /// <param name="booking">The booking.</param>
    /// <param name="commissionKept">What of its commission was not reversed.</param>
    public static LedgerTransaction? CancellationFeeKept(ConfirmedMoney booking, decimal commissionKept) =>
        commissionKept == 0
            ? null
            : Of(booking, $"cancelfee:{booking.ReservationId}", "cancellation_fee",
                [new(CommissionIncome, Side.Debit, commissionKept), new(CancellationFeeIncome, Side.Credit, commissionKept)]);

    /// <summary>
    /// A booking costs more or less than before: each share moves by its own difference, and the guest's prepayment by the sum of
    /// them. Key <c>modify:{modification}</c>; null when nothing moves.
    /// </summary>
    /// <param name="modificationId">The modification.</param>
    /// <param name="before">The money as it stands.</param>
    /// <param name="after">The money as it is to stand; of the same reservation.</param>
    /// <param name="serviceTax">The difference of the ISS on commission and service fee, signed.</param>
    public static LedgerTransaction? PriceChanged(Guid modificationId, ConfirmedMoney before, ConfirmedMoney after, decimal serviceTax)
    {
        var moved = Of(after, $"modify:{modificationId}", "modification",
        [
            Signed(GuestPrepayment, before.Total - after.Total, after.BookingIntentId),
            Signed(PropertyPayable, after.NetToProperty - before.NetToProperty, after.PropertyId),
            Signed(CommissionIncome, after.Commission - before.Commission),
            Signed(ServiceFeeIncome, after.ServiceFee - before.ServiceFee),
            Signed(TaxPayable, after.BookingTax - before.BookingTax, taxType: "BOOKING"),
            Signed(TaxPayable, serviceTax, taxType: "ISS"),
            Signed(TaxExpense, -serviceTax, taxType: "ISS"),
        ]);
        return moved.Entries.Count == 0 ? null : moved;
    }

    /// <summary>
    /// What does not go back of a price that fell leaves guest_prepayment again, for those who shared the price; our commission's
    /// part is income of another kind. Key <c>modifyfee:{modification}</c>.
    /// </summary>
    /// <param name="modificationId">The modification.</param>
    /// <param name="booking">The booking.</param>
    /// <param name="kept">Who gets what.</param>
    public static LedgerTransaction ModificationFeeKept(Guid modificationId, ConfirmedMoney booking, KeptDifference kept) =>
        Of(booking, $"modifyfee:{modificationId}", "modification_fee",
        [
            new(GuestPrepayment, Side.Debit, kept.Amount, booking.BookingIntentId),
            new(PropertyPayable, Side.Credit, kept.ToProperty, booking.PropertyId),
            new(CancellationFeeIncome, Side.Credit, kept.Commission),
            new(ServiceFeeIncome, Side.Credit, kept.ServiceFee),
            new(TaxPayable, Side.Credit, kept.BookingTax, TaxType: "BOOKING"),
            new(TaxExpense, Side.Debit, kept.ServiceTax, TaxType: "ISS"),
            new(TaxPayable, Side.Credit, kept.ServiceTax, TaxType: "ISS"),
        ]);

    /// <summary>
    /// What had been given back of a stay that costs less now than that: what is too much is taken into account, and nobody's share
    /// stays below nothing. Key <c>restore:{modification}</c>.
    /// </summary>
    /// <param name="modificationId">The modification.</param>
    /// <param name="booking">The booking.</param>
    /// <param name="restored">Who gets what.</param>
    public static LedgerTransaction SharesRestored(Guid modificationId, ConfirmedMoney booking, RestoredShares restored) =>
        Of(booking, $"restore:{modificationId}", "reversal",
        [
            new(GuestPrepayment, Side.Debit, restored.Amount, booking.BookingIntentId),
            Signed(PropertyPayable, restored.ToProperty, booking.PropertyId),
            Signed(CommissionIncome, restored.Commission),
            Signed(ServiceFeeIncome, restored.ServiceFee),
            Signed(TaxPayable, restored.BookingTax, taxType: "BOOKING"),
            Signed(TaxExpense, -restored.ServiceTax, taxType: "ISS"),
            Signed(TaxPayable, restored.ServiceTax, taxType: "ISS"),
        ]);

    /// <summary>
    /// A gift of the platform that the guest has of a stay which costs less now: it pays for what would go back a second time. Key
    /// <c>gift-used:{modification}</c>.
    /// </summary>
    /// <param name="modificationId">The modification.</param>
    /// <param name="booking">The booking.</param>
    /// <param name="amount">At most what was given.</param>
    public static LedgerTransaction GoodwillUsed(Guid modificationId, ConfirmedMoney booking, decimal amount) =>
        Of(booking, $"gift-used:{modificationId}", "goodwill",
            [new(GuestPrepayment, Side.Debit, amount, booking.BookingIntentId), new(RefundExpense, Side.Credit, amount)]);

    /// <summary>
    /// What the platform gives a guest of its own: the property keeps its share. The refund itself follows as any other. Key
    /// <c>goodwill:{refund}</c>.
    /// </summary>
    public static LedgerTransaction Goodwill(ConfirmedMoney booking, Guid refundId, decimal amount) =>
        Of(booking, $"goodwill:{refundId}", "goodwill",
            [new(RefundExpense, Side.Debit, amount), new(GuestPrepayment, Side.Credit, amount, booking.BookingIntentId)]);

    // More of a share is a credit.
    private static LedgerEntry Signed(string account, decimal more, Guid? accountId = null, string? taxType = null) =>
        new(account, more < 0 ? Side.Debit : Side.Credit, Math.Abs(more), accountId, taxType);

    private static LedgerTransaction Of(
        MoneyIn payment, string key, string type, decimal amount, LedgerEntry debit, LedgerEntry credit) =>
        new(key, type, payment.Currency, [debit, credit])
        {
            BookingIntentId = payment.BookingIntentId,
            PropertyId = payment.PropertyId,
            StripePaymentIntentId = payment.IsPix ? null : payment.ProviderPaymentId,
            PixTransactionId = payment.IsPix ? payment.ProviderPaymentId : null,
            Description = $"{type} {amount:0.00} {payment.Currency}",
        };

    private static LedgerTransaction Of(ConfirmedMoney booking, string key, string type, List<LedgerEntry> entries) =>
        new(key, type, booking.Currency, [.. entries.Where(e => e.Amount != 0)])
        {
            BookingIntentId = booking.BookingIntentId,
            ReservationId = booking.ReservationId,
            PropertyId = booking.PropertyId,
        };
}

/// <summary>Money that a provider has taken from a guest.</summary>
/// <param name="Amount">What the provider says it received, in <paramref name="Currency"/>.</param>
/// <param name="ProviderPaymentId">The provider's id of the payment.</param>
public sealed record MoneyIn(
    Guid AttemptId, Guid BookingIntentId, Guid PropertyId, bool IsPix, string ProviderPaymentId, decimal Amount, string Currency)
{
    public string CashAccount => IsPix ? Postings.CashPix : Postings.CashStripe;

    public string FeeAccount => IsPix ? Postings.PixFees : Postings.StripeFees;
}

/// <summary>The parts of a confirmed booking's price (money.md: T = B + K + S + X, commission C on B).</summary>
/// <param name="BaseLessDiscount">B.</param>
/// <param name="CleaningFee">K, the property's.</param>
/// <param name="ServiceFee">S, ours.</param>
/// <param name="BookingTax">X.</param>
/// <param name="Commission">C, on B.</param>
public sealed record ConfirmedMoney(
    Guid ReservationId,
    Guid BookingIntentId,
    Guid PropertyId,
    string Currency,
    decimal BaseLessDiscount,
    decimal CleaningFee,
    decimal ServiceFee,
    decimal BookingTax,
    decimal Commission)
{
    public decimal Total => BaseLessDiscount + CleaningFee + ServiceFee + BookingTax;

    public decimal NetToProperty => BaseLessDiscount + CleaningFee - Commission;

    /// <summary>ISS on commission and service fee, rounded half to even.</summary>
    /// <param name="rate">The city's, per cent.</param>
    public decimal ServiceTaxAt(decimal rate) =>
        decimal.Round((Commission + ServiceFee) * rate / 100m, 2, MidpointRounding.ToEven);
}
