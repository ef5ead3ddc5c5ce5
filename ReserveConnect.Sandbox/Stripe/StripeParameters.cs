namespace ReserveConnect.Sandbox.Stripe;

/// <summary>The parameters that an operation takes: those of Stripe's published API that this stand-in acts on.</summary>
/// <param name="names">First parts of the names.</param>
internal sealed class StripeParameters(params string[] names)
{
    // Parameters with a fixed inside; everything else below a known name is free (metadata, lists, card data).
    private static readonly Dictionary<string, string[]> _inside = new(StringComparer.Ordinal)
    {
        ["automatic_payment_methods"] = ["allow_redirects", "enabled"],
        ["payment_method_options"] = ["card"],
        ["payment_method_data"] = ["type", "card", "billing_details", "allow_redisplay", "metadata", "radar_options"],
        ["created"] = ["gt", "gte", "lt", "lte"],
    };

    private static readonly string[] _list = ["expand", "limit", "starting_after", "ending_before", "created"];

    public static readonly StripeParameters CreateIntent = new(
        "amount", "currency", "automatic_payment_methods", "capture_method", "confirm", "confirmation_method", "customer", "description",
        "error_on_requires_action", "expand", "metadata", "off_session", "payment_method", "payment_method_data", "payment_method_options",
        "payment_method_types", "receipt_email", "return_url", "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix",
        "transfer_group", "use_stripe_sdk");

    public static readonly StripeParameters UpdateIntent = new(
        "amount", "currency", "capture_method", "customer", "description", "expand", "metadata", "payment_method", "payment_method_data",
        "payment_method_options", "payment_method_types", "receipt_email", "setup_future_usage", "statement_descriptor",
        "statement_descriptor_suffix", "transfer_group");

    public static readonly StripeParameters ConfirmIntent = new(
        "capture_method", "error_on_requires_action", "expand", "off_session", "payment_method", "payment_method_data",
        "payment_method_options", "payment_method_types", "receipt_email", "return_url", "setup_future_usage", "use_stripe_sdk",
        "client_secret", "key");

    public static readonly StripeParameters CancelIntent = new("cancellation_reason", "expand");

    public static readonly StripeParameters CaptureIntent = new(
        "amount_to_capture", "expand", "final_capture", "metadata", "statement_descriptor", "statement_descriptor_suffix");

    public static readonly StripeParameters GetIntent = new("expand", "client_secret", "key");

    public static readonly StripeParameters Get = new("expand");

    public static readonly StripeParameters ListIntents = new([.. _list, "customer"]);

    public static readonly StripeParameters ListCharges = new([.. _list, "payment_intent", "customer"]);

    public static readonly StripeParameters CreateRefund = new(
        "amount", "charge", "currency", "expand", "instructions_email", "metadata", "payment_intent", "reason");

    public static readonly StripeParameters UpdateObject = new("expand", "metadata", "description", "receipt_email");

    public static readonly StripeParameters ListRefunds = new([.. _list, "charge", "payment_intent"]);

    public static readonly StripeParameters ListBalanceTransactions = new([.. _list, "currency", "source", "type"]);

    public static readonly StripeParameters CreateTransfer = new(
        "amount", "currency", "description", "destination", "expand", "metadata", "transfer_group");

    public static readonly StripeParameters UpdateTransfer = new("description", "expand", "metadata");

    public static readonly StripeParameters ListTransfers = new([.. _list, "destination", "transfer_group"]);

    public static readonly StripeParameters CreateReversal = new("amount", "description", "expand", "metadata");

    public static readonly StripeParameters ListReversals = new("expand", "limit", "starting_after", "ending_before");

    public static readonly StripeParameters CreateAccount = new(
        "business_profile", "business_type", "capabilities", "company", "country", "default_currency", "email", "expand", "individual", "metadata",
        "tos_acceptance", "type");

    public static readonly StripeParameters ListAccounts = new(_list);

    public static readonly StripeParameters ListDisputes = new([.. _list, "charge", "payment_intent"]);

    public static readonly StripeParameters ListEvents = new([.. _list, "type", "types"]);

    /// <summary>Whether a parameter is known; if not, <paramref name="unknown"/> is the part that is not.</summary>
    public bool Has(string parameter, out string unknown)
    {
        var bracket = parameter.IndexOf('[', StringComparison.Ordinal);
        unknown = bracket < 0 ? parameter : parameter[..bracket];
        if (Array.IndexOf(names, unknown) < 0)
            return false;
        if (bracket < 0 || !_inside.TryGetValue(unknown, out var inside))
            return true;
        var end = parameter.IndexOf(']', bracket);
        var name = end < 0 ? "" : parameter[(bracket + 1)..end];
        unknown = $"{unknown}[{name}]";
        return Array.IndexOf(inside, name) >= 0;
    }
}
