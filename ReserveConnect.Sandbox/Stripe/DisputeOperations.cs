namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Operations on disputes.</summary>
internal static class DisputeOperations
{
    private static readonly string[] _parts = ["charge", "payment_intent"];

    /// <summary><c>GET /v1/disputes/{id}</c></summary>
    public static StripeAnswer Get(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand(_parts);
        if (form.Error is { } error)
            return Answers.Of(memory, error, call);
        return memory.Book.Disputes[id] is { } dispute
            ? new StripeAnswer(200, StripeWriter.Bytes(json => memory.Writer.Dispute(json, dispute, expand)))
            : Answers.Of(memory, StripeError.NotFound("dispute", id ?? "", "dispute"), call);
    }

    /// <summary><c>GET /v1/disputes</c></summary>
    public static StripeAnswer List(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand([.. _parts.Select(p => "data." + p)]).Below("data");
        var (charge, intent) = (form.Text("charge"), form.Text("payment_intent"));
        var all = memory.Book.Disputes.Newest.Where(d => (charge is null || d.Charge == charge) && (intent is null || d.Intent == intent));
        return Answers.Page(memory, form, call, "/v1/disputes", all, d => d.Id, d => d.Created, (json, d) => memory.Writer.Dispute(json, d, expand));
    }
}
