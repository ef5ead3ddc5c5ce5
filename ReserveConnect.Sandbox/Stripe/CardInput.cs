using System.Globalization;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>The card that a call brings: the id of a payment method, a test token, or card data as the browser sends it.</summary>
internal static class CardInput
{
    /// <summary>The payment method, kept; null if the call brings none; an error if it cannot be used.</summary>
    public static (PaymentMethod? Method, StripeError? Error) Read(StripeMemory memory, StripeForm form, StripeCall call)
    {
        var now = memory.Clock.GetUtcNow();
        if (form.Text("payment_method") is { } id)
        {
            if (memory.Book.Methods[id] is { } known)
                return (known, null);
            return TestCards.FromToken(id, now) is { } made
                ? (memory.Payments.Keep(made, call), null)
                : (null, StripeError.NotFound("PaymentMethod", id, "payment_method"));
        }

        if (form.Text("payment_method_data[type]") is not { } type)
            return (null, null);
        if (type != "card")
            return (null, StripeError.Invalid(null, $"The payment method type \"{type}\" is invalid: this account takes cards.", "payment_method_data[type]"));
        return Typed(memory, form, call, now);
    }

    private static (PaymentMethod? Method, StripeError? Error) Typed(StripeMemory memory, StripeForm form, StripeCall call, DateTimeOffset now)
    {
        const string card = "payment_method_data[card]";
        var number = form.Text($"{card}[number]")?.Replace(" ", "", StringComparison.Ordinal);
        var (month, year) = (form.Text($"{card}[exp_month]"), form.Text($"{card}[exp_year]"));
        if (number is null || month is null || year is null)
            return (null, StripeError.Missing($"{card}[{(number is null ? "number" : month is null ? "exp_month" : "exp_year")}]"));
        if (TestCards.Mistyped(number, month, year, form.Text($"{card}[cvc]"), now) is { } wrong)
            return (null, StripeError.Declined(new CardError(wrong.Code!, null, wrong.Message, null, null), null, null));
        var method = TestCards.Of(
            number,
            int.Parse(month, CultureInfo.InvariantCulture),
            TestCards.Full(int.Parse(year, CultureInfo.InvariantCulture)),
            now,
            form.Text("payment_method_data[billing_details][name]"),
            form.Text("payment_method_data[billing_details][email]"));
        return (memory.Payments.Keep(method, call), null);
    }
}
