using System.Security.Cryptography;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>PIX that are sent out of the account. Under the book's lock.</summary>
internal sealed class PixTransfers(PixAccount account, Func<DateTimeOffset> now)
{
    private const string Kind = "transfer";
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private readonly Dictionary<string, PixTransfer> _transfers = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);
    private readonly HashSet<string> _returning = new(StringComparer.Ordinal);
    private readonly List<PixTransferRule> _decided = [];

    /// <summary>Every transfer, oldest first.</summary>
    public IEnumerable<PixTransfer> All => _order.Select(id => _transfers[id]);

    /// <summary>The transfer, null if unknown.</summary>
    public PixTransfer? Find(string? id) => id is null ? null : _transfers.GetValueOrDefault(id);

    /// <summary>Whether a reference was used: it is taken once, whatever became of its transfer.</summary>
    public bool HasReference(string reference) => _references.Contains(reference);

    /// <summary>Decides what becomes of the next transfers.</summary>
    public void Decide(PixTransferRule rule) => _decided.AddRange(Enumerable.Repeat(rule, rule.Count));

    /// <summary>Sends money, or refuses to: without enough of it in the account in any case.</summary>
    public PixTransfer Create(Change change, PixTransfer transfer)
    {
        var (outcome, reason) = OutcomeOf(transfer.Key);
        if (outcome != PixTransferOutcome.Rejected && transfer.Amount > account.Available)
            (outcome, reason) = (PixTransferOutcome.Rejected, "insufficient_funds");
        transfer = transfer with { Id = $"{PixWriter.CollectorId}-01{RandomNumberGenerator.GetString(Letters, 24)}" };
        return Keep(change, null, outcome switch
        {
            PixTransferOutcome.Rejected => transfer with { Status = "rejected", StatusDetail = reason },
            PixTransferOutcome.Pending => transfer with { Status = "in_process", StatusDetail = "pending_bank" },
            _ => transfer,
        });
    }

    /// <summary>Ends a transfer on its way, or brings one back; null: its state does not allow it.</summary>
    public PixTransfer? Settle(Change change, PixTransfer transfer, PixTransferSettlement order) => order.Outcome switch
    {
        PixTransferOutcome.Succeeded when transfer.IsInProcess => Keep(change, transfer, transfer with { Status = "approved", StatusDetail = "approved" }),
        PixTransferOutcome.Rejected when transfer.IsInProcess => Keep(change, transfer, transfer with { Status = "rejected", StatusDetail = order.Reason }),
        PixTransferOutcome.Returned when transfer.Status == "approved" && order.Amount is not <= 0 && !(order.Amount > transfer.Amount - transfer.Refunded) =>
            order.After is { } after
                ? Keep(change, transfer, transfer with { ReturnsAt = now() + after }, isTold: false)
                : Return(change, transfer, order.Amount ?? (transfer.Amount - transfer.Refunded)),
        _ => null,
    };

    /// <summary>Brings back what was told to come back by now.</summary>
    public void ReturnDue(Change change)
    {
        foreach (var id in _returning.Where(id => _transfers[id].ReturnsAt <= now()).ToList())
            Return(change, _transfers[id], _transfers[id].Amount - _transfers[id].Refunded);
    }

    /// <summary>Takes the transfers of earlier runs.</summary>
    public void Restore(IEnumerable<JournalEntry> entries)
    {
        foreach (var transfer in entries.Where(entry => entry.Kind == Kind).Select(entry => entry.Read(PixJson.Default.PixTransfer)).OrderBy(t => t.Created))
            Set(null, transfer);
    }

    private PixTransfer Return(Change change, PixTransfer transfer, decimal amount)
    {
        var refunded = transfer.Refunded + amount;
        account.Add(change, "PAYOUT_REFUND", transfer.Id, amount, 0m, transfer.ExternalReference);
        return Keep(change, transfer, refunded == transfer.Amount
            ? transfer with { Refunded = refunded, ReturnsAt = null, Status = "refunded", StatusDetail = "refunded" }
            : transfer with { Refunded = refunded, ReturnsAt = null, StatusDetail = "partially_refunded" });
    }

    private PixTransfer Keep(Change change, PixTransfer? old, PixTransfer transfer, bool isTold = true)
    {
        transfer = transfer with { Updated = now() };
        if (transfer.Status == "approved" && old?.Status != "approved")
            account.Add(change, "PAYOUT", transfer.Id, -transfer.Amount, 0m, transfer.ExternalReference);
        Set(old, transfer);
        change.Put(Kind, transfer.Id, transfer, PixJson.Default.PixTransfer);
        if (isTold)
            PixEvents.Tell(change, old is null ? "transaction_intent.created" : "transaction_intent.updated", transfer, now());
        return transfer;
    }

    private void Set(PixTransfer? old, PixTransfer transfer)
    {
        if (_transfers.TryAdd(transfer.Id, transfer))
            _order.Add(transfer.Id);
        _transfers[transfer.Id] = transfer;
        account.Hold((transfer.IsInProcess ? transfer.Amount : 0m) - (old is { IsInProcess: true } ? old.Amount : 0m));
        if (transfer.ExternalReference is { } reference)
            _references.Add(reference);
        if (transfer.ReturnsAt is null)
            _returning.Remove(transfer.Id);
        else
            _returning.Add(transfer.Id);
    }

    private (PixTransferOutcome Outcome, string Reason) OutcomeOf(string key)
    {
        if (_decided.FindIndex(rule => rule.Key is null || rule.Key == key) is not (>= 0 and var index))
            return (PixTransferOutcome.Succeeded, "");
        var rule = _decided[index];
        _decided.RemoveAt(index);
        return (rule.Outcome, rule.Reason);
    }
}
