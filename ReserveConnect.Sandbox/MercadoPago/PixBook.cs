using System.Globalization;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>What Mercado Pago knows and what it can do, from one reset to the next. Everything happens under <see cref="Gate"/>.</summary>
internal sealed class PixBook
{
    private const string Kind = "payment";
    private const long FirstPaymentId = 131_000_000_001;
    private const long FirstRefundId = 1_600_000_001;

    private readonly StandIn _server;
    private readonly MercadoPagoOptions _options;
    private readonly Dictionary<long, PixPayment> _payments = [];
    private readonly List<long> _order = [];
    private readonly PriorityQueue<long, DateTimeOffset> _expiries = new();
    private readonly List<PixRefundRule> _decided = [];
    private readonly Queue<string> _flaws = new();
    private readonly Queue<PixBirth> _births = new();
    private long _nextRefund = FirstRefundId;

    public PixBook(StandIn server, SandboxOptions options, IReadOnlyList<JournalEntry> restored)
    {
        _server = server;
        _options = options.MercadoPago;
        Keys = new IdempotencyKeys(server.Clock, options.State.MaxIdempotencyKeys);
        Keys.Restore(restored);
        Account = new PixAccount(() => Now);
        Transfers = new PixTransfers(Account, () => Now);
        Reports = new AccountReports(_options);
        Account.Restore(restored);
        Transfers.Restore(restored);
        foreach (var entry in restored.Where(e => e.Kind == Kind).Select(e => e.Read(PixJson.Default.PixPayment)).OrderBy(p => p.Id))
            Set(entry);
    }

    /// <summary>Guards everything here.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Idempotency keys.</summary>
    public IdempotencyKeys Keys { get; }

    /// <summary>What is in the account.</summary>
    public PixAccount Account { get; }

    /// <summary>What is said of it.</summary>
    public AccountReports Reports { get; }

    /// <summary>PIX that are sent out of it.</summary>
    public PixTransfers Transfers { get; }

    /// <summary>The clock.</summary>
    public DateTimeOffset Now => _server.Clock.GetUtcNow();

    /// <summary>Every payment, oldest first.</summary>
    public IEnumerable<PixPayment> All => _order.Select(id => _payments[id]);

    /// <summary>Those made from an instant on, newest first.</summary>
    public IEnumerable<PixPayment> Since(DateTimeOffset from) =>
        Enumerable.Range(1, _order.Count).Select(back => _payments[_order[^back]]).TakeWhile(payment => payment.Created >= from);

    /// <summary>The payment, null if unknown.</summary>
    public PixPayment? Find(long id) => _payments.GetValueOrDefault(id);

    /// <summary>Makes a charge that waits for the guest's transfer.</summary>
    public PixPayment Create(Change change, PixRequest request, DateTimeOffset expires)
    {
        var id = _order.Count == 0 ? FirstPaymentId : _order[^1] + 1;
        var payment = new PixPayment(id, request.TransactionAmount!.Value, Now, expires, Code(request.TransactionAmount.Value, id))
        {
            Description = request.Description,
            ExternalReference = request.ExternalReference,
            NotificationUrl = request.NotificationUrl,
            StatementDescriptor = request.StatementDescriptor,
            Payer = request.Payer!,
            Metadata = request.Metadata,
        };
        if (_births.TryDequeue(out var birth))
            payment = payment with { Status = birth.Status, StatusDetail = birth.StatusDetail, QrCode = birth.WithCode ? payment.QrCode : "" };
        return Keep(change, payment, "payment.created");
    }

    /// <summary>The guest's bank sends money; null: the charge does not wait for any. What arrives is what the payment is of.</summary>
    public PixPayment? Pay(Change change, PixPayment payment, PixOrder order)
    {
        if (payment.Status != "pending" && !(order.Withdrawn && payment.Status == "cancelled"))
            return null;
        var (amount, payer) = (order.Amount ?? payment.Amount, order.Payer);
        return Keep(change, payment with
        {
            Status = "approved",
            StatusDetail = "accredited",
            Approved = Now,
            Amount = amount,
            Fee = decimal.Round(amount * _options.PixFeePercent / 100m, 2),
            Payer = payer is null
                ? payment.Payer
                : payment.Payer with
                {
                    FirstName = payer.FirstName ?? payment.Payer.FirstName,
                    LastName = payer.LastName ?? payment.Payer.LastName,
                    Identification = payer.Document is { } document ? new(document.Length > 11 ? "CNPJ" : "CPF", document) : payment.Payer.Identification,
                },
        });
    }

    /// <summary>Withdraws a charge that was not paid; null: too late.</summary>
    public PixPayment? Cancel(Change change, PixPayment payment, string why) =>
        payment.Status is "pending" or "in_process" or "authorized"
            ? Keep(change, payment with { Status = "cancelled", StatusDetail = why })
            : null;

    /// <summary>Gives back an amount that the payment has left.</summary>
    public PixRefund Refund(Change change, PixPayment payment, decimal amount)
    {
        var status = OutcomeOf(payment) switch
        {
            PixRefundOutcome.InProcess => "in_process",
            PixRefundOutcome.Rejected => "rejected",
            _ => "approved",
        };
        var refund = new PixRefund(_nextRefund++, payment.Id, amount, status, Now);
        Keep(change, AfterRefunds(payment with { Refunds = [.. payment.Refunds, refund] }));
        return refund;
    }

    /// <summary>Ends a refund that is in process; null: there is none of this id.</summary>
    public PixRefund? Settle(Change change, long refundId, string status)
    {
        var payment = All.FirstOrDefault(p => p.Refunds.Any(r => r.Id == refundId && r.Status == "in_process"));
        if (payment is null)
            return null;
        var settled = payment.Refunds.Select(r => r.Id == refundId ? r with { Status = status } : r).ToArray();
        Keep(change, AfterRefunds(payment with { Refunds = settled }));
        return settled.Single(r => r.Id == refundId);
    }

    /// <summary>Moves a payment as Mercado Pago or the payer's bank would; what was never paid was, where that follows.</summary>
    public PixPayment Move(Change change, PixPayment payment, PixMove move)
    {
        var isPaid = move.Status is "approved" or "refunded" or "in_mediation" or "charged_back";
        return Keep(change, payment with
        {
            Status = move.Status,
            StatusDetail = move.StatusDetail,
            Approved = isPaid ? payment.Approved ?? Now : payment.Approved,
            Fee = isPaid && payment.Approved is null ? decimal.Round(payment.Amount * _options.PixFeePercent / 100m, 2) : payment.Fee,
        });
    }

    /// <summary>Decides how the next charges stand when they are made.</summary>
    public void Decide(PixBirth birth)
    {
        for (var i = 0; i < birth.Count; i++)
            _births.Enqueue(birth);
    }

    /// <summary>Decides what becomes of the next refunds.</summary>
    public void Decide(PixRefundRule rule) => _decided.AddRange(Enumerable.Repeat(rule, rule.Count));

    /// <summary>Breaks the codes of the next charges.</summary>
    public void BreakCodes(string flaw, int count)
    {
        for (var i = 0; i < count; i++)
            _flaws.Enqueue(flaw);
    }

    // What a wrong code looks like: a digit of its checksum, or all of it for another amount.
    private string Code(decimal amount, long id)
    {
        if (!_flaws.TryDequeue(out var flaw))
            return BrCode.Of(_options, amount, id);
        var code = BrCode.Of(_options, flaw == "amount" ? amount + 1 : amount, id);
        return flaw == "amount" ? code : code[..^1] + (code[^1] == '0' ? '1' : '0');
    }

    /// <summary>Cancels the charges whose time is over, and brings back the transfers that are due.</summary>
    public void Expire(Change change)
    {
        Transfers.ReturnDue(change);
        while (_expiries.TryPeek(out var id, out var at) && at <= Now)
        {
            _expiries.Dequeue();
            if (_payments[id] is { Status: "pending" } payment)
                Cancel(change, payment, "expired");
        }
    }

    private PixRefundOutcome OutcomeOf(PixPayment payment)
    {
        if (_decided.FindIndex(rule => rule.Payment is null || rule.Payment == payment.Id) is not (>= 0 and var index))
            return PixRefundOutcome.Approved;
        var outcome = _decided[index].Outcome;
        _decided.RemoveAt(index);
        return outcome;
    }

    private static PixPayment AfterRefunds(PixPayment payment) => payment.Refunded switch
    {
        0 => payment,
        var given when given >= payment.Amount => payment with { Status = "refunded", StatusDetail = "refunded" },
        _ => payment with { StatusDetail = "partially_refunded" },
    };

    private PixPayment Keep(Change change, PixPayment payment, string action = "payment.updated")
    {
        payment = payment with { Updated = Now };
        Account.Moved(change, Find(payment.Id), payment);
        Set(payment);
        change.Put(Kind, payment.Id.ToString(CultureInfo.InvariantCulture), payment, PixJson.Default.PixPayment);
        PixEvents.Tell(change, action, payment, Now);
        return payment;
    }

    private void Set(PixPayment payment)
    {
        Account.Hold(PixAccount.HeldBy(payment) - PixAccount.HeldBy(Find(payment.Id)));
        if (_payments.TryAdd(payment.Id, payment))
        {
            _order.Add(payment.Id);
            _expiries.Enqueue(payment.Id, payment.Expires);
        }

        _payments[payment.Id] = payment;
        _nextRefund = Math.Max(_nextRefund, payment.Refunds.Select(r => r.Id).DefaultIfEmpty().Max() + 1);
    }
}
