using System.Security.Cryptography;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Operations on payment intents.</summary>
internal static class IntentOperations
{
    private const int LeastAmount = 50;
    private const int MostAmount = 99_999_999;

    private static readonly string[] _expandable =
    [
        "latest_charge", "latest_charge.balance_transaction", "latest_charge.refunds", "payment_method",
    ];

    /// <summary><c>POST /v1/payment_intents</c></summary>
    public static StripeAnswer Create(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand(_expandable);
        var intent = Read(form, New(memory, form));
        var (confirm, how) = (form.Flag("confirm"), Confirmation(form));
        if ((form.Error ?? WrongMoney(form, intent)) is { } error)
            return Answers.Of(memory, error, call);
        var (method, wrong) = CardInput.Read(memory, form, call);
        if (wrong is not null)
            return Answers.Of(memory, wrong, call);
        intent = memory.Payments.Create(With(intent, method), call);
        return confirm
            ? Answers.Of(memory, memory.Payments.Confirm(intent, how, call), expand, call)
            : Answers.Of(memory, intent, expand);
    }

    /// <summary><c>GET /v1/payment_intents/{id}</c></summary>
    public static StripeAnswer Get(StripeMemory memory, StripeForm form, StripeCall call, string? id) =>
        On(memory, form, call, id, intent => intent);

    /// <summary><c>POST /v1/payment_intents/{id}</c></summary>
    public static StripeAnswer Update(StripeMemory memory, StripeForm form, StripeCall call, string? id) =>
        On(memory, form, call, id, intent =>
        {
            var wanted = Read(form, intent) with { Amount = form.Number("amount", LeastAmount) ?? intent.Amount };
            if (form.Error is { } error)
                return error;
            if (wanted.Amount != intent.Amount && intent.Status is not (IntentStatus.RequiresPaymentMethod or IntentStatus.RequiresConfirmation))
                return StripeError.UnexpectedState(intent, $"This PaymentIntent's amount could not be updated because it has a status of {intent.Status}.");
            var (method, wrong) = CardInput.Read(memory, form, call);
            return wrong is not null ? wrong : memory.Payments.Update(With(wanted, method), call);
        });

    /// <summary><c>POST /v1/payment_intents/{id}/confirm</c></summary>
    public static StripeAnswer Confirm(StripeMemory memory, StripeForm form, StripeCall call, string? id) =>
        On(memory, form, call, id, intent =>
        {
            var (wanted, how) = (Read(form, intent), Confirmation(form));
            if (form.Error is { } error)
                return error;
            if (intent.Status is IntentStatus.Succeeded or IntentStatus.Canceled or IntentStatus.RequiresCapture)
                return memory.Payments.Confirm(intent, how, call);
            var (method, wrong) = CardInput.Read(memory, form, call);
            return wrong is not null ? wrong with { Intent = intent } : memory.Payments.Confirm(With(wanted, method), how, call);
        });

    /// <summary><c>POST /v1/payment_intents/{id}/capture</c></summary>
    public static StripeAnswer Capture(StripeMemory memory, StripeForm form, StripeCall call, string? id) =>
        On(memory, form, call, id, intent =>
        {
            var amount = form.Number("amount_to_capture", 1);
            var wanted = Read(form, intent);
            return form.Error is { } error ? error : memory.Payments.Capture(wanted, amount, call);
        });

    /// <summary><c>POST /v1/payment_intents/{id}/cancel</c></summary>
    public static StripeAnswer Cancel(StripeMemory memory, StripeForm form, StripeCall call, string? id) =>
        On(memory, form, call, id, intent =>
        {
            var reason = form.Choice("cancellation_reason", "duplicate", "fraudulent", "requested_by_customer", "abandoned");
            return form.Error is { } error ? error : memory.Payments.Cancel(intent, reason, call);
        });

    /// <summary><c>GET /v1/payment_intents</c></summary>
    public static StripeAnswer List(StripeMemory memory, StripeForm form, StripeCall call, string? id)
    {
        var expand = form.Expand([.. _expandable.Select(e => "data." + e)]).Below("data");
        var customer = form.Text("customer");
        var all = memory.Book.Intents.Newest.Where(i => customer is null || i.Customer == customer);
        return Answers.Page(
            memory, form, call, "/v1/payment_intents", all, i => i.Id, i => i.Created, (json, i) => memory.Writer.Intent(json, i, expand));
    }

    private static StripeAnswer On(StripeMemory memory, StripeForm form, StripeCall call, string? id, Func<Intent, IntentOutcome> what)
    {
        var expand = form.Expand(_expandable);
        if (memory.Book.Intents[id] is not { } intent)
            return Answers.Of(memory, StripeError.NotFound("payment_intent", id ?? "", "intent"), call);
        return form.Error is { } error ? Answers.Of(memory, error, call) : Answers.Of(memory, what(intent), expand, call);
    }

    private static Intent New(StripeMemory memory, StripeForm form)
    {
        var id = StripeId.New("pi_3");
        var currency = form.Text("currency");
        var amount = form.Number("amount");
        return new Intent(
            id,
            $"{id}_secret_{RandomNumberGenerator.GetHexString(24, lowercase: true)}",
            amount ?? 0,
            currency?.ToLowerInvariant() ?? "",
            memory.Clock.GetUtcNow().ToUnixTimeSeconds())
        {
            AutomaticMethods = form.Has("payment_method_types[0]") ? form.Flag("automatic_payment_methods[enabled]") : true,
            AllowRedirects = form.Choice("automatic_payment_methods[allow_redirects]", "always", "never") ?? "always",
            ConfirmationMethod = form.Choice("confirmation_method", "automatic", "manual") ?? "automatic",
        };
    }

    private static Intent Read(StripeForm form, Intent intent)
    {
        Check(form);
        return intent with
        {
            CaptureMethod = form.Choice("capture_method", "automatic", "automatic_async", "manual") ?? intent.CaptureMethod,
            Customer = form.Text("customer") ?? intent.Customer,
            Description = form.Text("description") ?? intent.Description,
            Metadata = form.Metadata(intent.Metadata),
            ReceiptEmail = form.Text("receipt_email") ?? intent.ReceiptEmail,
            RequestThreeDSecure = form.Choice("payment_method_options[card][request_three_d_secure]", "any", "automatic", "challenge")
                ?? intent.RequestThreeDSecure,
            SetupFutureUsage = form.Choice("setup_future_usage", "off_session", "on_session") ?? intent.SetupFutureUsage,
            StatementDescriptor = form.Text("statement_descriptor") ?? intent.StatementDescriptor,
            StatementDescriptorSuffix = form.Text("statement_descriptor_suffix") ?? intent.StatementDescriptorSuffix,
            TransferGroup = form.Text("transfer_group") ?? intent.TransferGroup,
        };
    }

    private static Confirmation Confirmation(StripeForm form) =>
        new(form.Text("return_url"), form.Flag("error_on_requires_action") || form.Text("off_session") is not (null or "false"));

    private static Intent With(Intent intent, PaymentMethod? method) => method is null
        ? intent
        : intent with { PaymentMethod = method.Id, Status = IntentStatus.RequiresConfirmation };

    private static void Check(StripeForm form)
    {
        foreach (var type in form.Map("payment_method_types").Values)
        {
            if (type != "card")
                form.Refuse(StripeError.Invalid("payment_intent_invalid_parameter", $"The payment method type \"{type}\" is invalid: this account takes cards.", "payment_method_types"));
        }
    }

    private static StripeError? WrongMoney(StripeForm form, Intent intent) => intent switch
    {
        _ when form.Text("amount") is null => StripeError.Missing("amount"),
        _ when form.Text("currency") is null => StripeError.Missing("currency"),
        { Currency.Length: not 3 } => StripeError.Invalid(null, $"Invalid currency: {intent.Currency}.", "currency"),
        { Amount: < 1 } => StripeError.Invalid("parameter_invalid_integer", "This value must be greater than or equal to 1.", "amount"),
        { Amount: < LeastAmount } => StripeError.Invalid("amount_too_small", "Amount must be at least R$0.50 brl", "amount"),
        { Amount: > MostAmount } => StripeError.Invalid("amount_too_large", "Amount must be no more than R$999,999.99", "amount"),
        _ => null,
    };
}
