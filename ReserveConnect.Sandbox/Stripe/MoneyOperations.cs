namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Operations on charges, refunds, balance transactions and events.</summary>
internal static class MoneyOperations
{
    private static readonly string[] _chargeParts = ["balance_transaction", "payment_intent", "refunds"];

    private static readonly string[] _refundParts =
    [
        "balance_transaction", "charge", "charge.balance_transaction", "payment_intent", "payment_intent.latest_charge", "failure_balance_transaction",
    ];

    /// <summary><c>GET /v1/charges/{id}</c></summary>
    public static StripeAnswer GetCharge(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand(_chargeParts);
        if ((form.Error ?? Unknown(memory.Book.Charges[id], "charge", id)) is { } error)
            return Answers.Of(memory, error, call);
        return Answers.Of(memory, memory.Book.Charges[id]!, expand);
    }

    /// <summary><c>GET /v1/charges</c></summary>
    public static StripeAnswer ListCharges(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand([.. _chargeParts.Select(p => "data." + p)]).Below("data");
        var (intent, customer) = (form.Text("payment_intent"), form.Text("customer"));
        var all = memory.Book.Charges.Newest.Where(c => (intent is null || c.Intent == intent) && (customer is null || c.Customer == customer));
        return Answers.Page(memory, form, call, "/v1/charges", all, c => c.Id, c => c.Created, (json, c) => memory.Writer.Charge(json, c, expand));
    }

    /// <summary><c>POST /v1/charges/{id}</c></summary>
    public static StripeAnswer UpdateCharge(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand(_chargeParts);
        if ((form.Error ?? Unknown(memory.Book.Charges[id], "charge", id)) is { } missing)
            return Answers.Of(memory, missing, call);
        var old = memory.Book.Charges[id]!;
        var charge = old with
        {
            Metadata = form.Metadata(old.Metadata),
            Description = form.Text("description") ?? old.Description,
            ReceiptEmail = form.Text("receipt_email") ?? old.ReceiptEmail,
        };
        return form.Error is { } error
            ? Answers.Of(memory, error, call)
            : Answers.Of(memory, memory.Book.Charges.Put(call.Change, charge), expand);
    }

    /// <summary><c>POST /v1/refunds</c></summary>
    public static StripeAnswer CreateRefund(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand(_refundParts);
        var (charge, error) = ChargeToRefund(memory.Book, form);
        var amount = form.Number("amount", 1) ?? charge?.Refundable ?? 0;
        var metadata = form.Metadata(new Dictionary<string, string>());
        var reason = form.Choice("reason", "duplicate", "fraudulent", "requested_by_customer");
        error ??= form.Error ?? (charge is null ? StripeError.Missing("charge") : NotRefundable(memory.Book, charge, amount));
        if (error is not null || charge is null)
            return Answers.Of(memory, error!, call);
        var refund = new Refund(
            StripeId.New("re_3"), charge.Id, charge.Intent, amount, charge.Currency, memory.Clock.GetUtcNow().ToUnixTimeSeconds())
        {
            Reason = reason,
            PaymentMethod = charge.PaymentMethod,
            Metadata = metadata,
            InstructionsEmail = form.Text("instructions_email"),
        };
        return Answers.Of(memory, memory.Refunds.Create(charge, refund, call), expand);
    }

    /// <summary><c>GET /v1/refunds/{id}</c></summary>
    public static StripeAnswer GetRefund(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand(_refundParts);
        if ((form.Error ?? Unknown(memory.Book.Refunds[id], "refund", id)) is { } error)
            return Answers.Of(memory, error, call);
        return Answers.Of(memory, memory.Book.Refunds[id]!, expand);
    }

    /// <summary><c>POST /v1/refunds/{id}</c></summary>
    public static StripeAnswer UpdateRefund(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand(_refundParts);
        if ((form.Error ?? Unknown(memory.Book.Refunds[id], "refund", id)) is { } missing)
            return Answers.Of(memory, missing, call);
        var old = memory.Book.Refunds[id]!;
        var refund = old with { Metadata = form.Metadata(old.Metadata) };
        return form.Error is { } error
            ? Answers.Of(memory, error, call)
            : Answers.Of(memory, memory.Book.Refunds.Put(call.Change, refund), expand);
    }

    /// <summary><c>GET /v1/refunds</c></summary>
    public static StripeAnswer ListRefunds(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand([.. _refundParts.Select(p => "data." + p)]).Below("data");
        var (charge, intent) = (form.Text("charge"), form.Text("payment_intent"));
        var all = memory.Book.Refunds.Newest.Where(r => (charge is null || r.Charge == charge) && (intent is null || r.Intent == intent));
        return Answers.Page(memory, form, call, "/v1/refunds", all, r => r.Id, r => r.Created, (json, r) => memory.Writer.Refund(json, r, expand));
    }

    /// <summary><c>GET /v1/balance_transactions/{id}</c></summary>
    public static StripeAnswer GetBalance(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand("source");
        if ((form.Error ?? Unknown(memory.Book.Balance[id], "balance_transaction", id)) is { } error)
            return Answers.Of(memory, error, call);
        return new StripeAnswer(200, StripeWriter.Bytes(json => memory.Writer.Balance(json, memory.Book.Balance[id]!, expand)));
    }

    /// <summary><c>GET /v1/balance_transactions</c></summary>
    public static StripeAnswer ListBalance(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand("data.source").Below("data");
        var (type, source, currency) = (form.Text("type"), form.Text("source"), form.Text("currency"));
        var all = memory.Book.Listed(memory.Clock.GetUtcNow()).Where(b =>
            (type is null || b.Type == type) && (source is null || b.Source == source) && (currency is null || b.Currency == currency));
        return Answers.Page(
            memory, form, call, "/v1/balance_transactions", all, b => b.Id, b => b.Created, (json, b) => memory.Writer.Balance(json, b, expand));
    }

    /// <summary><c>GET /v1/events/{id}</c></summary>
    public static StripeAnswer GetEvent(StripeMemory memory, StripeForm form, StripeCall call, string? id) =>
        memory.Book.Events[id] is { } found
            ? new StripeAnswer(200, StripeWriter.Bytes(json => json.WriteRawValue(found.Body)))
            : Answers.Of(memory, StripeError.NotFound("event", id ?? "", "id"), call);

    /// <summary><c>GET /v1/events</c></summary>
    public static StripeAnswer ListEvents(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var types = form.Map("types").Values.ToHashSet(StringComparer.Ordinal);
        if (form.Text("type") is { } type)
            types.Add(type);
        var all = memory.Book.Events.Newest.Where(e => types.Count == 0 || types.Any(t => Glob.Matches(t, e.Type)));
        return Answers.Page(memory, form, call, "/v1/events", all, e => e.Id, e => e.Created, (json, e) => json.WriteRawValue(e.Body));
    }

    private static (Charge? Charge, StripeError? Error) ChargeToRefund(StripeBook book, StripeForm form)
    {
        if (form.Text("charge") is { } chargeId)
            return book.Charges[chargeId] is { } charge ? (charge, null) : (null, StripeError.NotFound("charge", chargeId, "charge"));
        if (form.Text("payment_intent") is not { } intentId)
            return (null, StripeError.Invalid("parameter_missing", "One of the following params should be provided for this request: payment_intent or charge."));
        if (book.Intents[intentId] is not { } intent)
            return (null, StripeError.NotFound("payment_intent", intentId, "payment_intent"));
        return book.Charges[intent.LatestCharge] is { Failure: null, Captured: true } latest
            ? (latest, null)
            : (null, StripeError.Invalid(null, $"This PaymentIntent ({intentId}) does not have a successful charge to refund.", "payment_intent"));
    }

    // An inquiry may be ended with a refund, and what was won is ours to give; what the bank has taken is not.
    private static bool IsTaken(StripeBook book, Charge charge, long amount)
    {
        var disputes = book.Disputes.Newest.Where(d => d.Charge == charge.Id).ToList();
        return disputes.Any(d => d.Status is DisputeStatus.NeedsResponse or DisputeStatus.UnderReview)
            || disputes.Where(d => d.Status == DisputeStatus.Lost).Sum(d => d.Amount) is > 0 and var lost && amount > charge.Refundable - lost;
    }

    private static StripeError? NotRefundable(StripeBook book, Charge charge, long amount) => charge switch
    {
        { Captured: false } or { Failure: not null } => StripeError.Invalid(null, $"Charge {charge.Id} has no captured payment to refund.", "charge"),
        { Disputed: true } when IsTaken(book, charge, amount) => StripeError.Invalid("charge_disputed", $"Charge {charge.Id} has been charged back; cannot issue a refund."),
        { Refundable: 0 } => StripeError.Invalid("charge_already_refunded", $"Charge {charge.Id} has already been refunded."),
        _ when amount > charge.Refundable => StripeError.Invalid(
            null, $"Refund amount ({amount}) is greater than unrefunded amount on charge ({charge.Refundable})", "amount"),
        _ => null,
    };

    private static StripeError? Unknown(object? found, string what, string? id) =>
        found is null ? StripeError.NotFound(what, id ?? "", "id") : null;
}
