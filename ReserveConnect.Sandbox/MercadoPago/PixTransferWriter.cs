using System.Text.Json;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>Writes transaction intents with the fields that Mercado Pago answers.</summary>
internal static class PixTransferWriter
{
    /// <summary>A transaction intent.</summary>
    public static void Write(Utf8JsonWriter json, PixTransfer t)
    {
        json.WriteStartObject();
        json.WriteString("id", t.Id);
        json.WriteString("created_date", PixTime.Text(t.Created));
        json.WriteString("last_updated_date", PixTime.Text(t.Updated));
        json.WriteString("external_reference", t.ExternalReference);
        json.WriteStartObject("point_of_interaction");
        json.WriteString("type", "PSP_TRANSFER");
        json.WriteEndObject();
        json.WriteStartObject("seller_configuration");
        json.WriteStartObject("notification_info");
        json.WriteString("notification_url", t.NotificationUrl);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("status", t.Status);
        json.WriteStartObject("transaction");
        json.WriteStartObject("from");
        json.WriteStartArray("accounts");
        json.WriteStartObject();
        json.WriteNumber("amount", t.Amount);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNumber("paid_amount", t.Amount - t.Refunded);
        json.WriteStartObject("payer");
        json.WriteNumber("id", PixWriter.CollectorId);
        json.WriteEndObject();
        json.WriteNumber("refunded_amount", t.Refunded);
        json.WriteStartObject("to");
        json.WriteStartArray("accounts");
        json.WriteStartObject();
        json.WriteString("type", "current");
        json.WriteNumber("amount", t.Amount);
        json.WriteString("origin_id", t.Id.Split('-')[1]);
        json.WriteString("status_detail", t.StatusDetail);
        json.WriteStartObject("owner");
        json.WriteStartObject("identification");
        json.WriteString("type", t.Owner.Type);
        json.WriteString("number", t.Owner.Number);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNumber("total_amount", t.Amount);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
