using System.Text.Json.Serialization;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>What becomes of a refund.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RefundOutcome>))]
internal enum RefundOutcome
{
    /// <summary>Done at once.</summary>
    Succeeded,

    /// <summary>Waits until the control API settles it.</summary>
    Pending,

    /// <summary>Accepted, and failed at once.</summary>
    Failed,
}

/// <summary>Gives money back. Called with the book's lock held; the caller commits the call's change.</summary>
internal sealed class StripeRefunds(StripeBook book, StripeEvents events, StandIn server)
{
    private readonly List<RefundRule> _decided = [];

    /// <summary>Decides what becomes of the next refunds.</summary>
    public void Decide(RefundRule rule) => _decided.AddRange(Enumerable.Repeat(rule, rule.Count));

    /// <summary>Forgets what was decided.</summary>
    public void Forget() => _decided.Clear();

    /// <summary>Refunds an amount of a charge that has it left.</summary>
    public Refund Create(Charge charge, Refund refund, StripeCall call)
    {
        var outcome = OutcomeOf(refund);
        var change = call.Change;
        var movement = Move(change, "refund", refund, -refund.Amount);
        refund = book.Refunds.Put(change, refund with
        {
            Status = outcome == RefundOutcome.Succeeded ? "succeeded" : "pending",
            BalanceTransaction = movement.Id,
        });
        charge = book.Charges.Put(change, charge with { AmountRefunded = charge.AmountRefunded + refund.Amount });
        events.Add("refund.created", refund, call);
        events.Add("charge.refunded", charge, call);
        if (outcome == RefundOutcome.Failed)
            refund = Fail(refund, call);
        return refund;
    }

    /// <summary>Ends a pending refund; null: it is not pending.</summary>
    public Refund? Settle(Refund refund, bool succeeded, StripeCall call)
    {
        if (refund.Status != "pending")
            return null;
        var change = call.Change;
        if (succeeded)
        {
            refund = book.Refunds.Put(change, refund with { Status = "succeeded" });
            events.Add("refund.updated", refund, call);
        }
        else
        {
            refund = Fail(refund, call);
        }

        return refund;
    }

    /// <summary>Takes a refund back that was made: the guest's bank does not accept it. Null: it was not made.</summary>
    public Refund? TakeBack(Refund refund, StripeCall call) => refund.Status == "succeeded" ? Fail(refund, call) : null;

    private RefundOutcome OutcomeOf(Refund refund)
    {
        if (_decided.FindIndex(rule => rule.Payment is null || rule.Payment == refund.Intent) is not (>= 0 and var index))
            return RefundOutcome.Succeeded;
        var outcome = _decided[index].Outcome;
        _decided.RemoveAt(index);
        return outcome;
    }

    private Refund Fail(Refund refund, StripeCall call)
    {
        var change = call.Change;
        var charge = book.Charges[refund.Charge]!;
        var movement = Move(change, "refund_failure", refund, refund.Amount);
        book.Charges.Put(change, charge with { AmountRefunded = charge.AmountRefunded - refund.Amount });
        refund = book.Refunds.Put(change, refund with
        {
            Status = "failed",
            FailureReason = "declined",
            FailureBalanceTransaction = movement.Id,
        });
        events.Add("refund.updated", refund, call);
        events.Add("refund.failed", refund, call);
        return refund;
    }

    // Stripe keeps the fee of the charge: a refund moves its whole amount and no fee.
    private BalanceTransaction Move(Change change, string type, Refund refund, long amount)
    {
        var now = server.Clock.GetUtcNow().ToUnixTimeSeconds();
        return book.Balance.Put(
            change, new BalanceTransaction(StripeId.New("txn_3"), type, refund.Id, amount, 0, refund.Currency, now, now, "REFUND FOR CHARGE"));
    }
}
