using System.Text.Json.Serialization;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>How a dispute ends.</summary>
[JsonConverter(typeof(SnakeCaseEnum<DisputeOutcome>))]
internal enum DisputeOutcome
{
    /// <summary>The bank decides for us: the money comes back.</summary>
    Won,

    /// <summary>The bank decides for the cardholder: the money stays away.</summary>
    Lost,
}

/// <summary>Takes money back for cardholders. Called with the book's lock held; the caller commits the call's change.</summary>
internal sealed class StripeDisputes(StripeBook book, StripeEvents events, StandIn server, StripeOptions options)
{
    private static readonly TimeSpan _evidenceTakes = TimeSpan.FromDays(9);

    private long Now => server.Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>A cardholder disputes a charge; null: it was not paid, or is disputed.</summary>
    /// <param name="charge">Captured.</param>
    /// <param name="reason">Such as <c>fraudulent</c>.</param>
    /// <param name="amount">A part of it; null: all of it.</param>
    /// <param name="isInquiry">The bank only asks, and no money moves.</param>
    /// <param name="call">The call that causes it.</param>
    public Dispute? Open(Charge charge, string reason, long? amount, bool isInquiry, StripeCall call)
    {
        if (charge is not { Captured: true, Failure: null, Disputed: false } || amount < 1 || amount > charge.AmountCaptured)
            return null;
        var dispute = new Dispute(
            StripeId.New("du_1"), charge.Id, charge.Intent, amount ?? charge.AmountCaptured, charge.Currency, Now, reason,
            Now + (long)_evidenceTakes.TotalSeconds)
        {
            Status = isInquiry ? DisputeStatus.WarningNeedsResponse : DisputeStatus.NeedsResponse,
        };
        book.Charges.Put(call.Change, charge with { Disputed = true });
        if (isInquiry)
        {
            dispute = book.Disputes.Put(call.Change, dispute);
            events.Add("charge.dispute.created", dispute, call);
            return dispute;
        }

        return Withdraw(dispute, "charge.dispute.created", call);
    }

    /// <summary>An inquiry becomes a chargeback: the money goes now; null: it is none.</summary>
    public Dispute? Escalate(Dispute dispute, StripeCall call) =>
        dispute.Status == DisputeStatus.WarningNeedsResponse
            ? Withdraw(dispute with { Status = DisputeStatus.NeedsResponse }, "charge.dispute.updated", call)
            : null;

    /// <summary>The bank decides, or thinks better of what it decided against us; null: it has decided.</summary>
    /// <param name="dispute">Open.</param>
    /// <param name="outcome">For whom.</param>
    /// <param name="returnFee">Whether Stripe gives its fee back with the money.</param>
    /// <param name="call">The call that causes it.</param>
    public Dispute? Close(Dispute dispute, DisputeOutcome outcome, bool returnFee, StripeCall call)
    {
        if (dispute.IsClosed && (dispute.Status, outcome) != (DisputeStatus.Lost, DisputeOutcome.Won))
            return null;
        if (dispute.IsInquiry)
        {
            dispute = book.Disputes.Put(call.Change, dispute with { Status = DisputeStatus.WarningClosed });
        }
        else if (outcome == DisputeOutcome.Won)
        {
            var movement = Move(call.Change, dispute, dispute.Amount, returnFee ? -Fee : 0, "dispute_reversal");
            dispute = book.Disputes.Put(call.Change, dispute with { Status = DisputeStatus.Won, Reinstated = movement.Id });
            events.Add("charge.dispute.funds_reinstated", dispute, call);
        }
        else
        {
            dispute = book.Disputes.Put(call.Change, dispute with { Status = DisputeStatus.Lost });
        }

        events.Add("charge.dispute.closed", dispute, call);
        return dispute;
    }

    private long Fee => (long)(options.DisputeFee * 100m);

    private Dispute Withdraw(Dispute dispute, string told, StripeCall call)
    {
        var movement = Move(call.Change, dispute, -dispute.Amount, Fee, "dispute");
        dispute = book.Disputes.Put(call.Change, dispute with { Withdrawn = movement.Id });
        events.Add(told, dispute, call);
        events.Add("charge.dispute.funds_withdrawn", dispute, call);
        return dispute;
    }

    private BalanceTransaction Move(Change change, Dispute dispute, long amount, long fee, string category) =>
        book.Balance.Put(change, new BalanceTransaction(
            StripeId.New("txn_1"), "adjustment", dispute.Id, amount, fee, dispute.Currency, Now, Now, $"Chargeback {(amount < 0 ? "withdrawal" : "reversal")} for {dispute.Charge}")
        {
            Category = category,
        });
}
