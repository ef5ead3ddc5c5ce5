namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Operations on connected accounts.</summary>
internal static class AccountOperations
{
    /// <summary><c>POST /v1/accounts</c>: an account that may receive as soon as it asks to.</summary>
    public static StripeAnswer Create(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var type = form.Choice("type", "custom", "express", "standard") ?? "express";
        var wanted = form.Text("capabilities[transfers][requested]") is "true";
        var account = new Account(
            StripeId.New("acct_1")[..21], type, form.Text("country") ?? "BR", form.Text("email"), memory.Clock.GetUtcNow().ToUnixTimeSeconds())
        {
            Transfers = wanted ? "active" : "inactive",
            Metadata = form.Metadata(new Dictionary<string, string>()),
        };
        return form.Error is { } error ? Answers.Of(memory, error, call) : Answer(memory, memory.Book.Accounts.Put(call.Change, account));
    }

    /// <summary><c>GET /v1/accounts/{id}</c></summary>
    public static StripeAnswer Get(StripeMemory memory, StripeForm form, StripeCall call, string? id) =>
        memory.Book.Accounts[id] is { } account
            ? Answer(memory, account)
            : Answers.Of(
                memory,
                new StripeError(403, "invalid_request_error", "account_invalid", $"The provided key does not have access to account '{id}' (or that account does not exist)."),
                call);

    /// <summary><c>GET /v1/accounts</c></summary>
    public static StripeAnswer List(StripeMemory memory, StripeForm form, StripeCall call, string? id) => Answers.Page(
        memory, form, call, "/v1/accounts", memory.Book.Accounts.Newest, account => account.Id, account => account.Created, StripeWriter.Account);

    /// <summary>An account as JSON.</summary>
    public static StripeAnswer Answer(StripeMemory memory, Account account) =>
        new(200, StripeWriter.Bytes(json => StripeWriter.Account(json, account)));
}
