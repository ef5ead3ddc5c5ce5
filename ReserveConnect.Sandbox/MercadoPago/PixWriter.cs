using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>Writes payments and refunds with the fields that Mercado Pago answers.</summary>
internal static class PixWriter
{
    /// <summary>The collector's account.</summary>
    public const long CollectorId = 471763966;

    /// <summary>JSON written by a function.</summary>
    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A payment.</summary>
    public static void Payment(Utf8JsonWriter json, PixPayment p)
    {
        json.WriteStartObject();
        json.WriteNumber("id", p.Id);
        json.WriteString("date_created", PixTime.Text(p.Created));
        Instant(json, "date_approved", p.Approved);
        json.WriteString("date_last_updated", PixTime.Text(p.Updated));
        json.WriteString("date_of_expiration", PixTime.Text(p.Expires));
        Instant(json, "money_release_date", p.Approved);
        json.WriteString("operation_type", "regular_payment");
        json.WriteNull("issuer_id");
        json.WriteString("payment_method_id", "pix");
        json.WriteString("payment_type_id", "bank_transfer");
        json.WriteStartObject("payment_method");
        json.WriteString("id", "pix");
        json.WriteString("type", "bank_transfer");
        json.WriteNull("issuer_id");
        json.WriteEndObject();
        json.WriteString("status", p.Status);
        json.WriteString("status_detail", p.StatusDetail);
        json.WriteString("currency_id", "BRL");
        json.WriteString("description", p.Description);
        json.WriteBoolean("live_mode", true);
        Nulls(json, "sponsor_id", "authorization_code", "money_release_schema");
        json.WriteNumber("taxes_amount", 0);
        json.WriteNumber("shipping_amount", 0);
        Nulls(json, "counter_currency", "brand_id", "pos_id", "store_id", "integrator_id", "platform_id", "corporation_id");
        json.WriteNumber("collector_id", CollectorId);
        Payer(json, p.Payer);
        json.WritePropertyName("metadata");
        if (p.Metadata is { ValueKind: JsonValueKind.Object } metadata)
        {
            metadata.WriteTo(json);
        }
        else
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }

        json.WriteStartObject("additional_info");
        json.WriteEndObject();
        json.WriteStartObject("order");
        json.WriteEndObject();
        json.WriteString("external_reference", p.ExternalReference);
        json.WriteNumber("transaction_amount", p.Amount);
        json.WriteNumber("transaction_amount_refunded", p.Refunded);
        json.WriteNumber("coupon_amount", 0);
        Nulls(json, "differential_pricing_id", "deduction_schema", "callback_url");
        json.WriteNumber("installments", 1);
        TransactionDetails(json, p);
        Fees(json, p);
        json.WriteBoolean("captured", true);
        json.WriteBoolean("binary_mode", false);
        json.WriteNull("call_for_authorize_id");
        json.WriteString("statement_descriptor", p.StatementDescriptor);
        json.WriteStartObject("card");
        json.WriteEndObject();
        json.WriteString("notification_url", p.NotificationUrl);
        json.WriteStartArray("refunds");
        foreach (var refund in p.Refunds)
            Refund(json, refund);
        json.WriteEndArray();
        json.WriteString("processing_mode", "aggregator");
        Nulls(json, "merchant_account_id", "merchant_number");
        json.WriteStartArray("acquirer_reconciliation");
        json.WriteEndArray();
        PointOfInteraction(json, p);
        json.WriteEndObject();
    }

    /// <summary>A refund.</summary>
    public static void Refund(Utf8JsonWriter json, PixRefund r)
    {
        json.WriteStartObject();
        json.WriteNumber("id", r.Id);
        json.WriteNumber("payment_id", r.PaymentId);
        json.WriteNumber("amount", r.Amount);
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteStartObject("source");
        json.WriteString("id", CollectorId.ToString(CultureInfo.InvariantCulture));
        json.WriteString("name", "Reserve Connect");
        json.WriteString("type", "collector");
        json.WriteEndObject();
        json.WriteString("date_created", PixTime.Text(r.Created));
        json.WriteNull("unique_sequence_number");
        json.WriteString("refund_mode", "standard");
        json.WriteNumber("adjustment_amount", 0);
        json.WriteString("status", r.Status);
        json.WriteNull("reason");
        json.WriteStartArray("labels");
        json.WriteEndArray();
        json.WriteStartArray("partition_details");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Payer(Utf8JsonWriter json, PixPayer payer)
    {
        json.WriteStartObject("payer");
        Nulls(json, "type", "id", "operator_id");
        json.WriteString("email", payer.Email);
        json.WriteStartObject("identification");
        json.WriteString("type", payer.Identification?.Type);
        json.WriteString("number", payer.Identification?.Number);
        json.WriteEndObject();
        json.WriteStartObject("phone");
        Nulls(json, "area_code", "number", "extension");
        json.WriteEndObject();
        json.WriteString("first_name", payer.FirstName);
        json.WriteString("last_name", payer.LastName);
        json.WriteNull("entity_type");
        json.WriteEndObject();
    }

    private static void TransactionDetails(Utf8JsonWriter json, PixPayment p)
    {
        json.WriteStartObject("transaction_details");
        json.WriteNull("payment_method_reference_id");
        json.WriteNumber("net_received_amount", p.Approved is null ? 0 : p.Amount - p.Fee);
        json.WriteNumber("total_paid_amount", p.Amount);
        json.WriteNumber("overpaid_amount", 0);
        json.WriteNull("external_resource_url");
        json.WriteNumber("installment_amount", 0);
        Nulls(json, "financial_institution", "payable_deferral_period", "acquirer_reference", "bank_transfer_id", "transaction_id");
        json.WriteEndObject();
    }

    private static void Fees(Utf8JsonWriter json, PixPayment p)
    {
        json.WriteStartArray("fee_details");
        if (p.Approved is not null)
        {
            json.WriteStartObject();
            json.WriteString("type", "mercadopago_fee");
            json.WriteNumber("amount", p.Fee);
            json.WriteString("fee_payer", "collector");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("charges_details");
        json.WriteEndArray();
    }

    private static void PointOfInteraction(Utf8JsonWriter json, PixPayment p)
    {
        json.WriteStartObject("point_of_interaction");
        json.WriteString("type", "OPENPLATFORM");
        json.WriteStartObject("business_info");
        json.WriteString("unit", "online_payments");
        json.WriteString("sub_unit", "default");
        json.WriteEndObject();
        json.WriteStartObject("transaction_data");
        if (p.QrCode.Length == 0)
        {
            Nulls(json, "qr_code", "qr_code_base64");
        }
        else
        {
            json.WriteString("qr_code", p.QrCode);
            json.WriteBase64String("qr_code_base64", p.QrPng);
        }

        json.WriteString("ticket_url", string.Create(
            CultureInfo.InvariantCulture, $"https://www.mercadopago.com.br/payments/{p.Id}/ticket?caller_id={CollectorId}"));
        Nulls(json, "bank_transfer_id", "transaction_id", "financial_institution");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Instant(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } known)
            json.WriteString(name, PixTime.Text(known));
        else
            json.WriteNull(name);
    }

    private static void Nulls(Utf8JsonWriter json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            json.WriteNull(name);
    }
}
