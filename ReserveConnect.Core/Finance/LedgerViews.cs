namespace ReserveConnect.Finance;

/// <summary>A transaction of the journal.</summary>
/// <param name="BusinessKey">The fact that it records; each is recorded once.</param>
/// <param name="Amount">All its debits, which are all its credits.</param>
/// <param name="Reason">Why, where somebody posted it by hand.</param>
/// <param name="Reverses">The transaction that it undoes.</param>
/// <param name="ReversedBy">The one that undoes it.</param>
/// <param name="Position">Its place in the chain; missing for the minute until it is sealed.</param>
/// <param name="ChainHash">The hash of its link, in hexadecimal digits.</param>
public sealed record LedgerTransactionView(
    Guid Id, string BusinessKey, string Type, string Currency, decimal Amount, Guid? BookingIntentId, Guid? ReservationId, Guid? PropertyId,
    string Description, string? Reason, Guid? Reverses, Guid? ReversedBy, DateTimeOffset CreatedAt, string CreatedBy, long? Position, string? ChainHash,
    IReadOnlyList<LedgerEntryView> Entries);

/// <summary>One line of a transaction.</summary>
/// <param name="Account">Code of the chart.</param>
/// <param name="Direction"><c>debit</c> or <c>credit</c>.</param>
/// <param name="AccountId">The property, or the intent of the guest, whose account it is.</param>
/// <param name="TaxType">Of a tax account.</param>
public sealed record LedgerEntryView(string Account, string Direction, decimal Amount, Guid? AccountId, string? TaxType);

/// <summary>One line of an account's statement.</summary>
/// <param name="Balance">After it, on the account's normal side.</param>
public sealed record StatementLine(
    Guid EntryId, Guid TransactionId, string BusinessKey, string Type, string Direction, decimal Amount, decimal Balance, Guid? AccountId, string? TaxType,
    Guid? PropertyId, Guid? ReservationId, string Description, DateTimeOffset CreatedAt);

/// <summary>The statement of an account over days of the books.</summary>
/// <param name="AccountId">Whose; missing for all of them together.</param>
/// <param name="NormalSide">The side on which balances stand: <c>debit</c> or <c>credit</c>.</param>
/// <param name="From">First day, in the time zone of the books.</param>
/// <param name="To">Last day.</param>
/// <param name="OpeningBalance">Before the first day, on the normal side.</param>
/// <param name="Debits">Of these days.</param>
/// <param name="ClosingBalance">After the last day: opening, and debits and credits as the account has its normal side.</param>
/// <param name="Items">A page of the entries, oldest first.</param>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record AccountStatement(
    string Account, string Title, Guid? AccountId, string NormalSide, string Currency, DateOnly From, DateOnly To, decimal OpeningBalance, decimal Debits,
    decimal Credits, decimal ClosingBalance, IReadOnlyList<StatementLine> Items, string? NextCursor);
