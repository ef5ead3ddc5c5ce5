using System.Text.Json;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Disputes.</summary>
internal sealed partial class StripeWriter
{
    /// <summary>A dispute, with the movements of money that it made.</summary>
    public void Dispute(Utf8JsonWriter json, Dispute d, Expand expand)
    {
        json.WriteStartObject();
        json.WriteString("id", d.Id);
        json.WriteString("object", "dispute");
        json.WriteNumber("amount", d.Amount);
        json.WriteStartArray("balance_transactions");
        foreach (var movement in new[] { d.Withdrawn, d.Reinstated })
        {
            if (movement is not null)
                Balance(json, book.Balance[movement]!, Expand.Nothing);
        }

        json.WriteEndArray();
        Reference(json, "charge", d.Charge, expand, () => Charge(json, book.Charges[d.Charge]!, expand.Below("charge")));
        json.WriteNumber("created", d.Created);
        json.WriteString("currency", d.Currency);
        json.WriteStartArray("enhanced_eligibility_types");
        json.WriteEndArray();
        json.WriteStartObject("evidence");
        json.WriteEndObject();
        json.WriteStartObject("evidence_details");
        json.WriteNumber("due_by", d.DueBy);
        json.WriteStartObject("enhanced_eligibility");
        json.WriteEndObject();
        json.WriteBoolean("has_evidence", false);
        json.WriteBoolean("past_due", false);
        json.WriteNumber("submission_count", 0);
        json.WriteEndObject();
        json.WriteBoolean("is_charge_refundable", d.IsInquiry);
        json.WriteBoolean("livemode", false);
        Metadata(json, new Dictionary<string, string>());
        Reference(json, "payment_intent", d.Intent, expand, () => Intent(json, book.Intents[d.Intent]!, expand.Below("payment_intent")));
        json.WriteStartObject("payment_method_details");
        json.WriteStartObject("card");
        json.WriteString("brand", book.Charges[d.Charge]!.Card.Brand);
        json.WriteString("case_type", d.IsInquiry ? "inquiry" : "chargeback");
        json.WriteNull("network_reason_code");
        json.WriteEndObject();
        json.WriteString("type", "card");
        json.WriteEndObject();
        json.WriteString("reason", d.Reason);
        json.WriteString("status", d.Status);
        json.WriteEndObject();
    }
}
