namespace ReserveConnect.Sandbox.Stripe;

/// <summary>A no of Stripe.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Such as <c>invalid_request_error</c>.</param>
/// <param name="Code">Such as <c>resource_missing</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Param">The parameter at fault.</param>
internal sealed record StripeError(int Status, string Type, string? Code, string Message, string? Param = null)
{
    /// <summary>The bank's reason of a card error.</summary>
    public string? DeclineCode { get; init; }

    /// <summary>The failed charge of a card error.</summary>
    public string? Charge { get; init; }

    /// <summary>The intent that the call was about.</summary>
    public Intent? Intent { get; init; }

    /// <summary>The payment method that was tried.</summary>
    public PaymentMethod? PaymentMethod { get; init; }

    /// <summary>400 for a request that makes no sense.</summary>
    public static StripeError Invalid(string? code, string message, string? param = null) =>
        new(400, "invalid_request_error", code, message, param);

    /// <summary>400 for a parameter that must be there.</summary>
    public static StripeError Missing(string param) => Invalid("parameter_missing", $"Missing required param: {param}.", param);

    /// <summary>404 for an object that is not there.</summary>
    public static StripeError NotFound(string what, string id, string param) =>
        new(404, "invalid_request_error", "resource_missing", $"No such {what}: '{id}'", param);

    /// <summary>400 for an intent in the wrong state.</summary>
    public static StripeError UnexpectedState(Intent intent, string message) =>
        Invalid("payment_intent_unexpected_state", message) with { Intent = intent };

    /// <summary>Whether the state of an object stood against it, not the request's parameters.</summary>
    public bool IsOfState => Code is "payment_intent_unexpected_state" or "charge_disputed" or "charge_already_refunded"
        or "balance_insufficient" or "insufficient_capabilities_for_transfer" or "transfer_already_reversed";

    /// <summary>402 for a card's no.</summary>
    public static StripeError Declined(CardError error, Intent? intent, PaymentMethod? method) =>
        new(402, "card_error", error.Code, error.Message)
        {
            DeclineCode = error.DeclineCode,
            Charge = error.Charge,
            Intent = intent,
            PaymentMethod = method,
        };

    /// <summary>The error for a bare status.</summary>
    public static StripeError ForStatus(int status, string message) => status switch
    {
        429 => new(429, "invalid_request_error", "rate_limit", message),
        >= 500 => new(status, "api_error", null, message),
        402 => new(402, "card_error", "card_declined", message) { DeclineCode = "generic_decline" },
        404 => new(404, "invalid_request_error", null, message),
        _ => new(status, "invalid_request_error", null, message),
    };
}

/// <summary>What a call is answered with: an object, or an error.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON.</param>
internal sealed record StripeAnswer(int Status, byte[] Body)
{
    /// <summary>A no that the state of an object gave, not the request: it is given again under its key.</summary>
    public bool IsOfState { get; init; }
}
