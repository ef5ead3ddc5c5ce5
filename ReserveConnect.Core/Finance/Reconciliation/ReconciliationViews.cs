namespace ReserveConnect.Finance.Reconciliation;

/// <summary>A reconciliation as staff see it.</summary>
/// <param name="Provider"><c>stripe</c>, <c>mercado_pago</c> or <c>books</c>.</param>
/// <param name="BookDate">The day, America/Sao_Paulo.</param>
/// <param name="Status"><c>requested</c>, <c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="ProviderTransactions">What the provider listed around the day.</param>
/// <param name="Compared">Payments, refunds, disputes, payouts that had money moved on the day; of the books: promises.</param>
/// <param name="Agreed">Of them those that books and provider say the same of.</param>
/// <param name="SetAside">Of them those that were not judged, because a part of them is of a day that was never compared.</param>
/// <param name="NewFindings">What this run was the first to find.</param>
/// <param name="OpenFindings">What of the provider's day is open now.</param>
/// <param name="ProviderBalance">What lay at the provider at the end of the run, BRL.</param>
/// <param name="BooksBalance">What the books said then.</param>
/// <param name="Explained">What of the difference findings explain, and refunds on their way.</param>
/// <param name="BalanceNote">Why the two were not compared.</param>
/// <param name="Failure">Why it failed.</param>
public sealed record ReconciliationView(
    Guid Id, string Provider, DateOnly BookDate, string Status, DateTimeOffset WindowFrom, DateTimeOffset WindowTo, string RequestedBy, DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, int? ProviderTransactions, int? Compared, int? Agreed, int? SetAside, int? NewFindings, int OpenFindings,
    decimal? ProviderBalance, decimal? BooksBalance, decimal? Explained, string? BalanceNote, string? Failure);

/// <summary>A finding as staff see it; amounts in its currency.</summary>
/// <param name="Kind"><c>missing_in_ledger</c>, <c>missing_at_provider</c>, <c>amount_mismatch</c>, <c>duplicate</c>, <c>balance_mismatch</c>, <c>books_broken</c>.</param>
/// <param name="Movement"><c>payment</c>, <c>refund</c>, <c>dispute</c>, <c>payout</c>, or the provider's word for it.</param>
/// <param name="Reference">The payment or transfer at the provider; of broken books the promise.</param>
/// <param name="ProviderAmount">What the provider has of it, before its fee.</param>
/// <param name="ProviderFee">Its fee.</param>
/// <param name="LedgerAmount">What the books have of it.</param>
/// <param name="LedgerFee">The fee in the books.</param>
/// <param name="Difference">Provider less books, of the amounts less the fees.</param>
/// <param name="Status"><c>open</c>, <c>resolved</c>, <c>dismissed</c> or <c>closed</c>.</param>
/// <param name="Resolution"><c>adjustment</c>, <c>dismissed</c> or <c>resolved_by_itself</c>.</param>
/// <param name="AdjustmentId">The transaction of the books that set it right.</param>
public sealed record FindingView(
    Guid Id, Guid ReconciliationId, string Provider, DateOnly BookDate, string Kind, string Movement, string Reference, string Currency, decimal? ProviderAmount,
    decimal? ProviderFee, decimal? LedgerAmount, decimal? LedgerFee, decimal Difference, string? Detail, string Status, string? Resolution, string? Reason,
    Guid? AdjustmentId, string? ResolvedBy, DateTimeOffset? ResolvedAt, DateTimeOffset FoundAt);
