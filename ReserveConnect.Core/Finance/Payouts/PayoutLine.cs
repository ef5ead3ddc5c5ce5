namespace ReserveConnect.Finance.Payouts;

/// <summary>What the books owe a property by one transaction, BRL.</summary>
/// <param name="Type">The transaction's: <c>commission</c> for a confirmed booking, <c>modification</c>, <c>cancellation</c>, ...</param>
/// <param name="Amount">The property's share; below 0 where it was taken back.</param>
/// <param name="Commission">What of the same money the platform kept, or gave back.</param>
public sealed record PayableTransaction(Guid PropertyId, Guid TransactionId, Guid? ReservationId, string Type, decimal Amount, decimal Commission);

/// <summary>An earlier payout that was below nothing.</summary>
/// <param name="Amount">BRL, more than 0: by how much.</param>
public sealed record CarriedAmount(Guid PropertyId, Guid PayoutId, decimal Amount);

/// <summary>A tax that is withheld from what a property is paid.</summary>
/// <param name="Rate">Per cent of what is paid before it.</param>
public sealed record WithheldTax(string TaxType, decimal Rate);

/// <summary>What a line of a payout is.</summary>
public static class PayoutLineKind
{
    public const string Tax = "tax";
    public const string CarriedIn = "carried_in";
    public const string CarriedOut = "carried_out";

    /// <summary>By the type of the transaction that it pays.</summary>
    public static string Of(string transactionType) => transactionType switch
    {
        "commission" => "booking",
        "modification" => "modification",
        "cancellation" => "cancellation",
        "reversal" => "refund",
        "adjustment" => "adjustment",
        PayoutPostings.PartialReturn => "returned",
        _ => "other",
    };
}

/// <summary>A line of a payout: <c>Amount = Gross - Commission - Tax</c>, BRL.</summary>
/// <param name="Kind">booking, modification, cancellation, refund, adjustment, returned, other, carried_in, carried_out, tax.</param>
/// <param name="TransactionId">The transaction of the books that it pays.</param>
/// <param name="CarriedFrom">The payout that was below nothing.</param>
/// <param name="TaxRate">Per cent.</param>
public sealed record PayoutLine(
    string Kind, decimal Gross, decimal Commission = 0, decimal Tax = 0, Guid? TransactionId = null, Guid? ReservationId = null, Guid? CarriedFrom = null,
    string? TaxType = null, decimal? TaxRate = null)
{
    /// <summary>What it adds to what is sent.</summary>
    public decimal Amount => Gross - Commission - Tax;
}
