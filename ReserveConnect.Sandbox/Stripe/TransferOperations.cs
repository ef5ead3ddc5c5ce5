using System.Text.Json;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Operations on transfers, their reversals and the balance.</summary>
internal static class TransferOperations
{
    private static readonly string[] _parts = ["balance_transaction"];

    /// <summary><c>POST /v1/transfers</c></summary>
    public static StripeAnswer Create(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand(_parts);
        var (amount, currency, destination) = (form.Number("amount", 1), form.Text("currency")?.ToLowerInvariant(), form.Text("destination"));
        var metadata = form.Metadata(new Dictionary<string, string>());
        var error = form.Error
            ?? (currency is null ? StripeError.Missing("currency")
                : destination is null ? StripeError.Missing("destination")
                : amount is null ? StripeError.Missing("amount")
                : memory.Transfers.Refusal(destination, amount.Value, currency));
        if (error is not null)
            return Answers.Of(memory, error, call);
        var transfer = new Transfer(StripeId.New("tr_1"), destination!, amount!.Value, currency!, memory.Clock.GetUtcNow().ToUnixTimeSeconds(), "")
        {
            Description = form.Text("description"),
            Group = form.Text("transfer_group"),
            Metadata = metadata,
        };
        return Answer(memory, memory.Transfers.Create(transfer, call), expand);
    }

    /// <summary><c>GET /v1/transfers/{id}</c></summary>
    public static StripeAnswer Get(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand(_parts);
        return form.Error is { } error ? Answers.Of(memory, error, call)
            : memory.Book.Transfers[id] is { } transfer ? Answer(memory, transfer, expand)
            : Answers.Of(memory, StripeError.NotFound("transfer", id ?? "", "transfer"), call);
    }

    /// <summary><c>POST /v1/transfers/{id}</c></summary>
    public static StripeAnswer Update(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand(_parts);
        if (memory.Book.Transfers[id] is not { } old)
            return Answers.Of(memory, StripeError.NotFound("transfer", id ?? "", "transfer"), call);
        var transfer = old with { Metadata = form.Metadata(old.Metadata), Description = form.Text("description") ?? old.Description };
        return form.Error is { } error ? Answers.Of(memory, error, call) : Answer(memory, memory.Transfers.Update(transfer, call), expand);
    }

    /// <summary><c>GET /v1/transfers</c></summary>
    public static StripeAnswer List(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand([.. _parts.Select(part => "data." + part)]).Below("data");
        var (group, destination) = (form.Text("transfer_group"), form.Text("destination"));
        var all = memory.Book.Transfers.Newest.Where(transfer =>
            (group is null || transfer.Group == group) && (destination is null || transfer.Destination == destination));
        return Answers.Page(
            memory, form, call, "/v1/transfers", all, transfer => transfer.Id, transfer => transfer.Created,
            (json, transfer) => memory.Writer.Transfer(json, transfer, expand));
    }

    /// <summary><c>POST /v1/transfers/{id}/reversals</c></summary>
    public static StripeAnswer Reverse(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var metadata = form.Metadata(new Dictionary<string, string>());
        if (memory.Book.Transfers[id] is not { } transfer)
            return Answers.Of(memory, StripeError.NotFound("transfer", id ?? "", "transfer"), call);
        var left = transfer.Amount - transfer.AmountReversed;
        var amount = form.Number("amount", 1) ?? left;
        var error = form.Error
            ?? (left == 0 ? StripeError.Invalid("transfer_already_reversed", $"Transfer {transfer.Id} has already been reversed.")
                : amount > left ? StripeError.Invalid(null, $"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left})", "amount")
                : null);
        if (error is not null)
            return Answers.Of(memory, error, call);
        var (_, reversal) = memory.Transfers.Reverse(transfer, amount, metadata, call);
        return new StripeAnswer(200, StripeWriter.Bytes(json => StripeWriter.Reversal(json, reversal)));
    }

    /// <summary><c>GET /v1/transfers/{id}/reversals</c></summary>
    public static StripeAnswer Reversals(StripeMemory memory, StripeForm form, StripeCall call, string? id) =>
        memory.Book.Transfers[id] is { } transfer
            ? Answers.Page(
                memory, form, call, $"/v1/transfers/{id}/reversals", transfer.Reversals, reversal => reversal.Id, reversal => reversal.Created,
                StripeWriter.Reversal)
            : Answers.Of(memory, StripeError.NotFound("transfer", id ?? "", "transfer"), call);

    /// <summary><c>GET /v1/balance</c></summary>
    public static StripeAnswer Balance(StripeMemory memory, StripeForm form, StripeCall call, string? id) =>
        form.Error is { } error
            ? Answers.Of(memory, error, call)
            : new StripeAnswer(200, StripeWriter.Bytes((Utf8JsonWriter json) => memory.Writer.Funds(json)));

    private static StripeAnswer Answer(StripeMemory memory, Transfer transfer, Expand expand) =>
        new(200, StripeWriter.Bytes(json => memory.Writer.Transfer(json, transfer, expand)));
}
