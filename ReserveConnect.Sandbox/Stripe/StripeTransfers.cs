using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Sends money to connected accounts and takes it back. Called with the book's lock held; the caller commits the call's change.</summary>
internal sealed class StripeTransfers(StripeBook book, StripeEvents events, StandIn server)
{
    private readonly List<TransferRule> _decided = [];
    private readonly HashSet<string> _returning = [.. book.Transfers.Newest.Where(transfer => transfer.ReturnsAt is not null).Select(transfer => transfer.Id)];

    private long Now => server.Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Decides what becomes of the next transfers.</summary>
    public void Decide(TransferRule rule) => _decided.AddRange(Enumerable.Repeat(rule, rule.Count));

    /// <summary>Why a transfer cannot be made; null: it can.</summary>
    public StripeError? Refusal(string destination, long amount, string currency)
    {
        if (_decided.FindIndex(rule => rule.Destination is null || rule.Destination == destination) is >= 0 and var index)
        {
            var rule = _decided[index];
            _decided.RemoveAt(index);
            return StripeError.ForStatus(rule.Status, $"The transfer was refused: {rule.Code}.") with { Code = rule.Code };
        }

        if (book.Accounts[destination] is not { } account)
            return StripeError.Invalid("resource_missing", $"No such destination: '{destination}'", "destination");
        if (account.Transfers != "active")
        {
            return StripeError.Invalid(
                "insufficient_capabilities_for_transfer",
                "Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments");
        }

        return amount > book.Funds.Available(currency, Now)
            ? StripeError.Invalid("balance_insufficient", "You have insufficient available funds in your Stripe account.")
            : null;
    }

    /// <summary>Sends money that there is to an account that may receive it.</summary>
    public Transfer Create(Transfer transfer, StripeCall call)
    {
        var movement = Move(call.Change, "transfer", transfer.Id, -transfer.Amount, transfer.Currency, null);
        transfer = book.Transfers.Put(call.Change, transfer with { BalanceTransaction = movement.Id });
        events.Add("transfer.created", transfer, call);
        return transfer;
    }

    /// <summary>Keeps a transfer whose particulars were changed.</summary>
    public Transfer Update(Transfer transfer, StripeCall call)
    {
        book.Transfers.Put(call.Change, transfer);
        events.Add("transfer.updated", transfer, call);
        return transfer;
    }

    /// <summary>Takes a part of a transfer back that is still there.</summary>
    public (Transfer Transfer, TransferReversal Reversal) Reverse(
        Transfer transfer, long amount, IReadOnlyDictionary<string, string> metadata, StripeCall call)
    {
        var id = StripeId.New("trr_1");
        var movement = Move(call.Change, "transfer_refund", id, amount, transfer.Currency, "transfer_reversal");
        var reversal = new TransferReversal(id, transfer.Id, amount, transfer.Currency, Now, movement.Id) { Metadata = metadata };
        transfer = book.Transfers.Put(call.Change, transfer with { Reversals = [reversal, .. transfer.Reversals], ReturnsAt = null });
        _returning.Remove(transfer.Id);
        events.Add("transfer.reversed", transfer, call);
        return (transfer, reversal);
    }

    /// <summary>Sends a transfer back, at once or later; null: there is not so much left of it.</summary>
    public Transfer? Return(Transfer transfer, TransferReturn order, StripeCall call)
    {
        var left = transfer.Amount - transfer.AmountReversed;
        var amount = order.Amount ?? left;
        if (amount < 1 || amount > left)
            return null;
        if (order.After is not { } after)
            return Reverse(transfer, amount, new Dictionary<string, string>(), call).Transfer;
        _returning.Add(transfer.Id);
        return book.Transfers.Put(call.Change, transfer with { ReturnsAt = Now + (long)after.TotalSeconds });
    }

    /// <summary>Sends back what was told to come back by now.</summary>
    public void ReturnDue(StripeCall call)
    {
        foreach (var transfer in _returning.Select(id => book.Transfers[id]!).Where(transfer => transfer.ReturnsAt <= Now).ToList())
            Reverse(transfer, transfer.Amount - transfer.AmountReversed, new Dictionary<string, string>(), call);
    }

    /// <summary>Money comes into the balance from our bank, or goes there.</summary>
    public void Fund(BalanceOrder order, StripeCall call) =>
        Move(
            call.Change,
            order.Amount >= 0 ? "topup" : "payout",
            StripeId.New(order.Amount >= 0 ? "tu_1" : "po_1"),
            order.Amount,
            order.Currency,
            null);

    private BalanceTransaction Move(Change change, string type, string source, long amount, string currency, string? category) =>
        book.Balance.Put(change, new BalanceTransaction(StripeId.New("txn_1"), type, source, amount, 0, currency, Now, Now, null) { Category = category });
}
