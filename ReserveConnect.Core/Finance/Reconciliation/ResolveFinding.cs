using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Payments;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>What a supervisor does about a finding.</summary>
/// <param name="Action"><c>adjust</c> with entries, or <c>dismiss</c>.</param>
/// <param name="Lines">Entries that set the books right.</param>
/// <param name="Reason">In their own words.</param>
public sealed record FindingOrder(
    Guid FindingId, string Action, IReadOnlyList<AdjustmentLine> Lines, Guid? PropertyId, Guid? ReservationId, string Reason, Actor Actor);

/// <summary>
/// Settles a finding: by an adjustment of the books that stands for the provider's transaction from then on, or by a word that nothing is
/// to be done. Settled it does not come back.
/// </summary>
public sealed class ResolveFinding(ReserveDatabase database, AdjustLedger adjust, TimeProvider clock)
{
    private const string Adjust = "adjust";
    private const string Dismiss = "dismiss";

    /// <summary>
    /// Refusals: <c>reason_required</c>, <c>reason_too_long</c>, <c>invalid_action</c>, <c>finding_not_found</c>, <c>finding_settled</c>,
    /// <c>nothing_to_adjust</c>, <c>finding_outdated</c> (409) where provider or books say something else by now, <c>not_the_difference</c> with what cash and fees have to move by, and those of <see cref="AdjustLedger"/>.
    /// </summary>
    public async Task<Outcome<FindingView>> RunAsync(FindingOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (StaffRefusals.OfReason(order.Reason) is { } unexplained)
        {
            return unexplained;
        }

        if (order.Action is not (Adjust or Dismiss) || (order.Action == Dismiss && order.Lines.Count > 0))
        {
            return Refusal.Unprocessable(
                "invalid_action", "Adjust with entries, or dismiss without.", new FieldError("action", "invalid_value", "Must be adjust or dismiss."));
        }

        return await database.TransactAsync(unit => SettleAsync(unit, order), cancellation);
    }

    /// <summary>What <c>dismiss</c> of its exception does to a finding.</summary>
    internal static Task DismissedAsync(UnitOfWork unit, Guid findingId, string reason, Actor actor, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            "SELECT reserve.transition_finding(@findingId, 'open', 'dismissed', @Name, @reason, @now)", new { findingId, actor.Name, reason, now });

    private async Task<Outcome<FindingView>> SettleAsync(UnitOfWork unit, FindingOrder order)
    {
        var now = clock.GetUtcNow();
        await unit.Connection.ExecuteAsync("SELECT FROM reserve.reconciliation_findings WHERE id = @FindingId FOR UPDATE", new { order.FindingId });
        if (await Reconciliations.FindingAsync(unit.Connection, order.FindingId) is not { } finding)
        {
            return Refusal.NotFound("finding_not_found", "There is no such finding.");
        }

        if (finding.Status != "open")
        {
            // Pressed twice, or the answer was lost.
            return finding.ResolvedBy == order.Actor.Name && finding.Reason == order.Reason && finding.Resolution == (order.Action == Adjust ? "adjustment" : "dismissed")
                ? finding
                : Refusal.Conflict("finding_settled", "This finding is settled.") with
                {
                    Extensions = new Dictionary<string, object?> { ["settled_as"] = finding.Status, ["resolution"] = finding.Resolution },
                };
        }

        if (order.Action == Dismiss)
        {
            await DismissedAsync(unit, finding.Id, order.Reason, order.Actor, now);
            await Exceptions.ResolveAsync(unit, Findings.KeyOf(finding.Id), "dismissed", now);
        }
        else if (await AdjustAsync(unit, order, finding, now) is { } refusal)
        {
            return refusal;
        }

        return (await Reconciliations.FindingAsync(unit.Connection, finding.Id))!;
    }

    private async Task<Refusal?> AdjustAsync(UnitOfWork unit, FindingOrder order, FindingView finding, DateTimeOffset now)
    {
        if (finding.Provider == Reconciled.Books)
        {
            return Refusal.Unprocessable("nothing_to_adjust", "Books that do not keep a promise are not set right by an adjustment of their own.");
        }

        if (finding.Currency != Ledger.Currency)
        {
            return Refusal.Unprocessable(
                "wrong_currency", $"The books are kept in BRL, and this is a finding in {finding.Currency}: post what it came to in BRL, and dismiss it.");
        }

        if (finding.Kind != FindingKinds.BalanceMismatch && !await StandsAsync(unit, finding))
        {
            return Refusal.Conflict("finding_outdated", "What its provider lists or the books have of this is no longer what was found: the next run says what stands.");
        }

        var isTransfer = finding.Movement == Providers.ProviderMovement.Payout;
        var posted = await adjust.RunAsync(
            unit,
            new(order.Lines, null, order.PropertyId, order.ReservationId, Ledger.Currency, order.Reason, order.Actor, finding.Id)
            {
                StripePaymentIntentId = finding.Provider == Reconciled.Stripe && !isTransfer ? finding.Reference : null,
                StripeTransferId = finding.Provider == Reconciled.Stripe && isTransfer ? finding.Reference : null,
                PixTransactionId = finding.Provider == Reconciled.MercadoPago ? finding.Reference : null,
            });
        if (posted.Refusal is not null)
        {
            return posted.Refusal;
        }

        if (OfOther(finding, posted.Value) is { } other)
        {
            unit.RollBack();
            return other;
        }

        await unit.Connection.ExecuteAsync(
            "SELECT reserve.transition_finding(@Id, 'open', 'resolved', @Name, @Reason, @now, @adjustment)",
            new { finding.Id, order.Actor.Name, order.Reason, now, adjustment = posted.Value.Id });
        await Exceptions.ResolveAsync(unit, Findings.KeyOf(finding.Id), "adjusted", now);
        return null;
    }

    // A webhook that came after the run has booked what it missed: an adjustment would book it again.
    private static Task<bool> StandsAsync(UnitOfWork unit, FindingView finding) =>
        unit.Connection.ExecuteScalarAsync<bool>(
            """
            SELECT (p.amount, p.fee, b.amount, b.fee)
                IS NOT DISTINCT FROM (@ProviderAmount::numeric, @ProviderFee::numeric, @LedgerAmount::numeric, @LedgerFee::numeric)
            FROM (
                SELECT sum(t.amount) AS amount, sum(t.fee) AS fee
                FROM reserve.provider_transactions t
                WHERE t.provider = @Provider
                  AND t.movement = @Movement
                  AND t.reference = @Reference
                  AND t.currency = @Currency) p
            CROSS JOIN (
                SELECT sum(c.amount) AS amount, sum(c.fee) AS fee
                FROM reserve.cash_movements c
                WHERE c.provider = @Provider
                  AND c.movement = @Movement
                  AND (c.provider_reference = @Reference OR (c.provider_reference IS NULL AND c.reference = @Reference))
                  AND c.currency = @Currency) b
            """,
            finding);

    // Settled, the finding is told no more: the books then have to say what its provider says, to the cent.
    private static Refusal? OfOther(FindingView finding, LedgerTransactionView posted)
    {
        var (cash, fees, others) = finding.Provider == Reconciled.Stripe
            ? (Postings.CashStripe, Postings.StripeFees, Postings.CashPix)
            : (Postings.CashPix, Postings.PixFees, Postings.CashStripe);
        var fee = (finding.ProviderFee ?? 0m) - (finding.LedgerFee ?? 0m);
        // A fee is of cash: where only both are off, by the same, cash is debited and credited.
        return MovedBy(posted, cash) == finding.Difference && MovedBy(posted, fees) == fee && posted.Entries.All(entry => entry.Account != others)
            && (finding.Kind == FindingKinds.BalanceMismatch || posted.Entries.Any(entry => entry.Account == cash))
            ? null
            : Refusal.Unprocessable(
                "not_the_difference", "The entries do not set right what was found.",
                new FieldError("entries", "not_the_difference", $"{cash} must move by {finding.Difference:0.00}, {fees} by {fee:0.00} and {others} not at all.")) with
            {
                Extensions = new Dictionary<string, object?> { [cash] = finding.Difference, [fees] = fee },
            };
    }

    private static decimal MovedBy(LedgerTransactionView posted, string account) =>
        posted.Entries.Where(entry => entry.Account == account).Sum(entry => entry.Direction == "debit" ? entry.Amount : -entry.Amount);
}
