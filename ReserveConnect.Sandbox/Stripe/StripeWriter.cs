using System.Buffers;
using System.Text.Json;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Writes Stripe's objects with every field that its API always answers, as in the published OpenAPI file.</summary>
internal sealed partial class StripeWriter(StripeBook book, TimeProvider clock)
{
    /// <summary>JSON written by a function.</summary>
    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A list object; <paramref name="items"/> are already the page.</summary>
    public static void List<T>(Utf8JsonWriter json, string url, IReadOnlyCollection<T> items, bool hasMore, Action<T> write)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteString("url", url);
        json.WriteBoolean("has_more", hasMore);
        json.WriteStartArray("data");
        foreach (var item in items)
            write(item);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>An error body.</summary>
    public void Error(Utf8JsonWriter json, StripeError error, string requestId)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        Optional(json, "charge", error.Charge);
        Optional(json, "code", error.Code);
        Optional(json, "decline_code", error.DeclineCode);
        if (error.Code is { } code)
            json.WriteString("doc_url", "https://docs.stripe.com/error-codes#" + code.Replace('_', '-'));
        json.WriteString("message", error.Message);
        Optional(json, "param", error.Param);
        if (error.Intent is { } intent)
        {
            json.WritePropertyName("payment_intent");
            Intent(json, intent, Expand.Nothing);
        }

        if (error.PaymentMethod is { } method)
        {
            json.WritePropertyName("payment_method");
            Method(json, method);
        }

        json.WriteString("request_log_url", "https://dashboard.stripe.com/test/logs/" + requestId);
        json.WriteString("type", error.Type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A balance transaction.</summary>
    public void Balance(Utf8JsonWriter json, BalanceTransaction b, Expand expand)
    {
        json.WriteStartObject();
        json.WriteString("id", b.Id);
        json.WriteString("object", "balance_transaction");
        json.WriteNumber("amount", b.Amount);
        json.WriteNumber("available_on", b.AvailableOn);
        json.WriteString("balance_type", "payments");
        json.WriteNumber("created", b.Created);
        json.WriteString("currency", b.Currency);
        json.WriteString("description", b.Description);
        json.WriteNull("exchange_rate");
        json.WriteNumber("fee", b.Fee);
        json.WriteStartArray("fee_details");
        if (b.Fee != 0)
        {
            json.WriteStartObject();
            json.WriteNumber("amount", b.Fee);
            json.WriteNull("application");
            json.WriteString("currency", b.Currency);
            json.WriteString("description", "Stripe processing fees");
            json.WriteString("type", "stripe_fee");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("net", b.Amount - b.Fee);
        json.WriteString("reporting_category", b.Category ?? b.Type);
        Reference(json, "source", b.Source, expand, () => Source(json, b.Source, expand.Below("source")));
        json.WriteString("status", b.AvailableOn <= clock.GetUtcNow().ToUnixTimeSeconds() ? "available" : "pending");
        json.WriteString("type", b.Type);
        json.WriteEndObject();
    }

    /// <summary>A payment method.</summary>
    public static void Method(Utf8JsonWriter json, PaymentMethod m)
    {
        json.WriteStartObject();
        json.WriteString("id", m.Id);
        json.WriteString("object", "payment_method");
        json.WriteString("allow_redisplay", "unspecified");
        json.WritePropertyName("billing_details");
        Billing(json, m);
        json.WriteStartObject("card");
        json.WriteString("brand", m.Card.Brand);
        Checks(json);
        json.WriteString("country", m.Card.Country);
        json.WriteString("display_brand", m.Card.Brand);
        json.WriteNumber("exp_month", m.Card.ExpMonth);
        json.WriteNumber("exp_year", m.Card.ExpYear);
        json.WriteString("fingerprint", m.Card.Fingerprint);
        json.WriteString("funding", m.Card.Funding);
        json.WriteString("last4", m.Card.Last4);
        Nulls(json, "generated_from", "regulated_status", "wallet");
        json.WriteEndObject();
        json.WriteNumber("created", m.Created);
        json.WriteNull("customer");
        json.WriteBoolean("livemode", false);
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteString("type", "card");
        json.WriteEndObject();
    }

    private void Source(Utf8JsonWriter json, string id, Expand expand)
    {
        if (book.Charges[id] is { } charge)
            Charge(json, charge, expand);
        else if (book.Refunds[id] is { } refund)
            Refund(json, refund, expand);
        else if (book.Disputes[id] is { } dispute)
            Dispute(json, dispute, expand);
        else if (book.Transfers[id] is { } transfer)
            Transfer(json, transfer, expand);
        else if (book.TransferOf(id) is { } reversed)
            Reversal(json, book.Transfers[reversed]!.Reversals.Single(reversal => reversal.Id == id));
        else
            json.WriteStringValue(id);
    }

    private static void Billing(Utf8JsonWriter json, PaymentMethod? method)
    {
        json.WriteStartObject();
        json.WriteStartObject("address");
        Nulls(json, "city", "country", "line1", "line2", "postal_code", "state");
        json.WriteEndObject();
        json.WriteString("email", method?.Email);
        json.WriteString("name", method?.Name);
        Nulls(json, "phone", "tax_id");
        json.WriteEndObject();
    }

    private static void Checks(Utf8JsonWriter json)
    {
        json.WriteStartObject("checks");
        Nulls(json, "address_line1_check", "address_postal_code_check");
        json.WriteString("cvc_check", "pass");
        json.WriteEndObject();
    }

    private static void Metadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject("metadata");
        foreach (var (key, value) in metadata)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void Reference(Utf8JsonWriter json, string name, string? id, Expand expand, Action write)
    {
        if (id is not null && expand.Has(name))
        {
            json.WritePropertyName(name);
            write();
        }
        else
        {
            json.WriteString(name, id);
        }
    }

    private static void Nulls(Utf8JsonWriter json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            json.WriteNull(name);
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

}
