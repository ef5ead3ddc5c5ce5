namespace ReserveConnect.Finance;

/// <summary>The entries of a disputed charge: the cardholder's bank takes the money back, and gives it back when we win.</summary>
public static class DisputePostings
{
    /// <summary>
    /// Funds withdrawn: what the bank took is our expense, what the provider takes for it a fee. Key <c>dispute:{dispute}</c>.
    /// </summary>
    /// <param name="payment">The payment that is disputed, with the amount that was withdrawn.</param>
    /// <param name="disputeId">Ours.</param>
    /// <param name="fee">Not negative.</param>
    /// <param name="movements">How often money of it had moved before: after the first the key ends with it.</param>
    public static LedgerTransaction Withdrawn(MoneyIn payment, Guid disputeId, decimal fee, int movements = 0) =>
        Of(payment, KeyOf("dispute", disputeId, movements), "dispute", fee, expense: Side.Debit, cash: Side.Credit);

    /// <summary>
    /// Won, funds reinstated: the reverse; of the fee only what the provider gives back. Key <c>dispute-won:{dispute}</c>.
    /// </summary>
    /// <param name="payment">The payment that was disputed, with the amount that came back.</param>
    /// <inheritdoc cref="Withdrawn"/>
    public static LedgerTransaction Reinstated(MoneyIn payment, Guid disputeId, decimal fee, int movements = 0) =>
        Of(payment, KeyOf("dispute-won", disputeId, movements), "dispute_won", fee, expense: Side.Credit, cash: Side.Debit);

    /// <summary>
    /// A dispute that was lost stands for a refund that was owed: its money was not our expense but the guest's, and no second
    /// sum leaves us. With the refund's own entry, guest_prepayment for refund_expense. Key <c>dispute-settled:{refund}</c>.
    /// </summary>
    /// <param name="payment">The payment, with the refund's amount.</param>
    /// <param name="refundId">The refund.</param>
    /// <param name="reversals">How often the refund was taken back before.</param>
    public static LedgerTransaction Settled(MoneyIn payment, Guid refundId, int reversals) =>
        Of(payment, KeyOf("dispute-settled", refundId, reversals), "dispute_settled", 0m, expense: Side.Credit, cash: Side.Debit);

    /// <summary>
    /// The bank gave the money of a lost dispute back after all: the refund it stood for is owed again. Key <c>dispute-unsettled:{refund}</c>.
    /// </summary>
    /// <inheritdoc cref="Settled"/>
    public static LedgerTransaction Unsettled(MoneyIn payment, Guid refundId, int reversals) =>
        Of(payment, KeyOf("dispute-unsettled", refundId, reversals), "dispute_unsettled", 0m, expense: Side.Debit, cash: Side.Credit);

    private static string KeyOf(string kind, Guid id, int times) => times == 0 ? $"{kind}:{id}" : $"{kind}:{id}:{times}";

    private static LedgerTransaction Of(MoneyIn payment, string key, string type, decimal fee, Side expense, Side cash)
    {
        List<LedgerEntry> entries =
        [
            new(Postings.RefundExpense, expense, payment.Amount),
            new(payment.FeeAccount, expense, fee),
            new(payment.CashAccount, cash, payment.Amount + fee),
        ];
        return new(key, type, payment.Currency, [.. entries.Where(e => e.Amount != 0)])
        {
            BookingIntentId = payment.BookingIntentId,
            PropertyId = payment.PropertyId,
            StripePaymentIntentId = payment.IsPix ? null : payment.ProviderPaymentId,
            PixTransactionId = payment.IsPix ? payment.ProviderPaymentId : null,
            Description = $"{type} {payment.Amount:0.00} {payment.Currency}",
        };
    }
}
