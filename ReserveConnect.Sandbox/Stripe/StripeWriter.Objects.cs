using System.Text.Json;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Payment intents, charges, refunds.</summary>
internal sealed partial class StripeWriter
{
    /// <summary>A payment intent.</summary>
    public void Intent(Utf8JsonWriter json, Intent i, Expand expand)
    {
        json.WriteStartObject();
        json.WriteString("id", i.Id);
        json.WriteString("object", "payment_intent");
        json.WriteNumber("amount", i.Amount);
        json.WriteNumber("amount_capturable", i.AmountCapturable);
        json.WriteStartObject("amount_details");
        json.WriteStartObject("tip");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteNumber("amount_received", i.AmountReceived);
        Nulls(json, "application", "application_fee_amount");
        if (i.AutomaticMethods)
        {
            json.WriteStartObject("automatic_payment_methods");
            json.WriteString("allow_redirects", i.AllowRedirects);
            json.WriteBoolean("enabled", true);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("automatic_payment_methods");
        }

        Number(json, "canceled_at", i.CanceledAt);
        json.WriteString("cancellation_reason", i.CancellationReason);
        json.WriteString("capture_method", i.CaptureMethod);
        json.WriteString("client_secret", i.ClientSecret);
        json.WriteString("confirmation_method", i.ConfirmationMethod);
        json.WriteNumber("created", i.Created);
        json.WriteString("currency", i.Currency);
        json.WriteString("customer", i.Customer);
        json.WriteNull("customer_account");
        json.WriteString("description", i.Description);
        json.WriteStartArray("excluded_payment_method_types");
        json.WriteEndArray();
        LastError(json, i.LastError);
        Reference(json, "latest_charge", i.LatestCharge, expand, () => Charge(json, book.Charges[i.LatestCharge]!, expand.Below("latest_charge")));
        json.WriteBoolean("livemode", false);
        json.WriteStartObject("managed_payments");
        json.WriteBoolean("enabled", false);
        json.WriteEndObject();
        Metadata(json, i.Metadata);
        NextAction(json, i);
        json.WriteNull("on_behalf_of");
        Reference(json, "payment_method", i.PaymentMethod, expand, () => Method(json, book.Methods[i.PaymentMethod]!));
        json.WriteNull("payment_method_configuration_details");
        json.WriteStartObject("payment_method_options");
        json.WriteStartObject("card");
        Nulls(json, "installments", "mandate_options", "network");
        json.WriteString("request_three_d_secure", i.RequestThreeDSecure ?? "automatic");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("payment_method_types");
        json.WriteStringValue("card");
        json.WriteEndArray();
        json.WriteNull("processing");
        json.WriteString("receipt_email", i.ReceiptEmail);
        json.WriteNull("review");
        json.WriteString("setup_future_usage", i.SetupFutureUsage);
        Nulls(json, "shipping", "source");
        json.WriteString("statement_descriptor", i.StatementDescriptor);
        json.WriteString("statement_descriptor_suffix", i.StatementDescriptorSuffix);
        json.WriteString("status", i.Status);
        json.WriteNull("transfer_data");
        json.WriteString("transfer_group", i.TransferGroup);
        json.WriteEndObject();
    }

    /// <summary>A charge.</summary>
    public void Charge(Utf8JsonWriter json, Charge c, Expand expand)
    {
        json.WriteStartObject();
        json.WriteString("id", c.Id);
        json.WriteString("object", "charge");
        json.WriteNumber("amount", c.Amount);
        json.WriteNumber("amount_captured", c.AmountCaptured);
        json.WriteNumber("amount_refunded", c.AmountRefunded);
        Nulls(json, "application", "application_fee", "application_fee_amount");
        Reference(json, "balance_transaction", c.BalanceTransaction, expand, () =>
            Balance(json, book.Balance[c.BalanceTransaction]!, expand.Below("balance_transaction")));
        json.WritePropertyName("billing_details");
        Billing(json, book.Methods[c.PaymentMethod]);
        json.WriteString("calculated_statement_descriptor", c.StatementDescriptor ?? "RESERVE CONNECT");
        json.WriteBoolean("captured", c.Captured);
        json.WriteNumber("created", c.Created);
        json.WriteString("currency", c.Currency);
        json.WriteString("customer", c.Customer);
        json.WriteString("description", c.Description);
        json.WriteBoolean("disputed", c.Disputed);
        json.WriteNull("failure_balance_transaction");
        json.WriteString("failure_code", c.Failure?.Code);
        json.WriteString("failure_message", c.Failure?.Message);
        json.WriteStartObject("fraud_details");
        json.WriteEndObject();
        json.WriteBoolean("livemode", false);
        Metadata(json, c.Metadata);
        json.WriteNull("on_behalf_of");
        Outcome(json, c);
        json.WriteBoolean("paid", c.Failure is null);
        Reference(json, "payment_intent", c.Intent, expand, () => Intent(json, book.Intents[c.Intent]!, expand.Below("payment_intent")));
        json.WriteString("payment_method", c.PaymentMethod);
        CardDetails(json, c);
        json.WriteString("receipt_email", c.ReceiptEmail);
        Nulls(json, "receipt_number", "receipt_url");
        json.WriteBoolean("refunded", c.AmountRefunded > 0 && c.AmountRefunded >= c.Amount);
        if (expand.Has("refunds"))
        {
            json.WritePropertyName("refunds");
            Refund[] refunds = [.. book.Refunds.Newest.Where(r => r.Charge == c.Id)];
            List(json, $"/v1/charges/{c.Id}/refunds", refunds, false, r => Refund(json, r, Expand.Nothing));
        }

        Nulls(json, "review", "shipping", "source", "source_transfer");
        json.WriteString("statement_descriptor", c.StatementDescriptor);
        json.WriteString("statement_descriptor_suffix", c.StatementDescriptorSuffix);
        json.WriteString("status", c.Failure is null ? "succeeded" : "failed");
        json.WriteNull("transfer_data");
        json.WriteString("transfer_group", c.TransferGroup);
        json.WriteEndObject();
    }

    /// <summary>A refund.</summary>
    public void Refund(Utf8JsonWriter json, Refund r, Expand expand)
    {
        json.WriteStartObject();
        json.WriteString("id", r.Id);
        json.WriteString("object", "refund");
        json.WriteNumber("amount", r.Amount);
        Reference(json, "balance_transaction", r.BalanceTransaction, expand, () =>
            Balance(json, book.Balance[r.BalanceTransaction]!, expand.Below("balance_transaction")));
        Reference(json, "charge", r.Charge, expand, () => Charge(json, book.Charges[r.Charge]!, expand.Below("charge")));
        json.WriteNumber("created", r.Created);
        json.WriteString("currency", r.Currency);
        Nulls(json, "customer", "customer_account");
        json.WriteStartObject("destination_details");
        json.WriteStartObject("card");
        json.WriteString("type", "refund");
        json.WriteEndObject();
        json.WriteString("type", "card");
        json.WriteEndObject();
        if (r.FailureBalanceTransaction is { } failed)
        {
            Reference(json, "failure_balance_transaction", failed, expand, () =>
                Balance(json, book.Balance[failed]!, expand.Below("failure_balance_transaction")));
        }

        Optional(json, "failure_reason", r.FailureReason);
        Optional(json, "instructions_email", r.InstructionsEmail);
        Metadata(json, r.Metadata);
        Reference(json, "payment_intent", r.Intent, expand, () => Intent(json, book.Intents[r.Intent]!, expand.Below("payment_intent")));
        json.WriteString("payment_method", r.PaymentMethod);
        if (r.Status == "pending")
            json.WriteString("pending_reason", "processing");
        json.WriteString("reason", r.Reason);
        Nulls(json, "receipt_number", "source_transfer_reversal");
        json.WriteString("status", r.Status);
        json.WriteNull("transfer_reversal");
        json.WriteEndObject();
    }

    private void LastError(Utf8JsonWriter json, CardError? error)
    {
        if (error is null)
        {
            json.WriteNull("last_payment_error");
            return;
        }

        json.WriteStartObject("last_payment_error");
        Optional(json, "charge", error.Charge);
        json.WriteString("code", error.Code);
        Optional(json, "decline_code", error.DeclineCode);
        json.WriteString("doc_url", "https://docs.stripe.com/error-codes#" + error.Code.Replace('_', '-'));
        json.WriteString("message", error.Message);
        if (book.Methods[error.PaymentMethod] is { } method)
        {
            json.WritePropertyName("payment_method");
            Method(json, method);
        }

        json.WriteString("type", error.Code == "payment_intent_authentication_failure" ? "invalid_request_error" : "card_error");
        json.WriteEndObject();
    }

    private static void NextAction(Utf8JsonWriter json, Intent i)
    {
        if (i.Status != IntentStatus.RequiresAction || i.ActionUrl is null)
        {
            json.WriteNull("next_action");
            return;
        }

        json.WriteStartObject("next_action");
        if (i.ReturnUrl is not null)
        {
            json.WriteStartObject("redirect_to_url");
            json.WriteString("return_url", i.ReturnUrl);
            json.WriteString("url", i.ActionUrl);
            json.WriteEndObject();
            json.WriteString("type", "redirect_to_url");
        }
        else
        {
            json.WriteString("type", "use_stripe_sdk");
            json.WriteStartObject("use_stripe_sdk");
            json.WriteString("type", "three_d_secure_redirect");
            json.WriteString("stripe_js", i.ActionUrl);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Outcome(Utf8JsonWriter json, Charge c)
    {
        json.WriteStartObject("outcome");
        Nulls(json, "advice_code", "network_advice_code");
        json.WriteString("network_decline_code", c.Failure is null ? null : "05");
        json.WriteString("network_status", c.Failure is null ? "approved_by_network" : "declined_by_network");
        json.WriteString("reason", c.Failure?.DeclineCode ?? c.Failure?.Code);
        json.WriteString("risk_level", "normal");
        json.WriteString("seller_message", c.Failure is null ? "Payment complete." : "The bank did not accept the charge.");
        json.WriteString("type", c.Failure is null ? "authorized" : "issuer_declined");
        json.WriteEndObject();
    }

    private static void CardDetails(Utf8JsonWriter json, Charge c)
    {
        json.WriteStartObject("payment_method_details");
        json.WriteStartObject("card");
        json.WriteNumber("amount_authorized", c.Amount);
        json.WriteNull("authorization_code");
        json.WriteString("brand", c.Card.Brand);
        Checks(json);
        json.WriteString("country", c.Card.Country);
        json.WriteNumber("exp_month", c.Card.ExpMonth);
        json.WriteNumber("exp_year", c.Card.ExpYear);
        json.WriteString("fingerprint", c.Card.Fingerprint);
        json.WriteString("funding", c.Card.Funding);
        json.WriteNull("installments");
        json.WriteString("last4", c.Card.Last4);
        json.WriteNull("mandate");
        json.WriteString("network", c.Card.Brand);
        Nulls(json, "network_transaction_id", "regulated_status");
        if (c.Authenticated)
        {
            json.WriteStartObject("three_d_secure");
            json.WriteString("authentication_flow", "challenge");
            json.WriteString("electronic_commerce_indicator", "05");
            json.WriteNull("exemption_indicator");
            json.WriteString("result", "authenticated");
            Nulls(json, "result_reason", "transaction_id");
            json.WriteString("version", "2.2.0");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("three_d_secure");
        }

        Nulls(json, "transaction_link_id", "wallet");
        json.WriteEndObject();
        json.WriteString("type", "card");
        json.WriteEndObject();
    }
}
