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
    public static LedgerTransaction Withdrawn(MoneyIn payment, Guid disputeId, decimal fee) =>
        Of(payment, $"dispute:{disputeId}", "dispute", fee, expense: Side.Debit, cash: Side.Credit);

    /// <summary>
    /// Won, funds reinstated: the reverse; of the fee only what the provider gives back. Key <c>dispute-won:{dispute}</c>.
    /// </summary>
    /// <param name="payment">The payment that was disputed, with the amount that came back.</param>
    /// <inheritdoc cref="Withdrawn"/>
    public static LedgerTransaction Reinstated(MoneyIn payment, Guid disputeId, decimal fee) =>
        Of(payment, $"dispute-won:{disputeId}", "dispute_won", fee, expense: Side.Credit, cash: Side.Debit);

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
            StripePaymentIntentId = payment.ProviderPaymentId,
            Description = $"{type} {payment.Amount:0.00} {payment.Currency}",
        };
    }
}
