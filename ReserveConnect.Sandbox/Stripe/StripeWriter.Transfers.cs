using System.Text.Json;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Transfers, connected accounts, the balance.</summary>
internal sealed partial class StripeWriter
{
    /// <summary>A transfer.</summary>
    public void Transfer(Utf8JsonWriter json, Transfer t, Expand expand)
    {
        json.WriteStartObject();
        json.WriteString("id", t.Id);
        json.WriteString("object", "transfer");
        json.WriteNumber("amount", t.Amount);
        json.WriteNumber("amount_reversed", t.AmountReversed);
        Reference(json, "balance_transaction", t.BalanceTransaction, expand, () =>
            Balance(json, book.Balance[t.BalanceTransaction]!, expand.Below("balance_transaction")));
        json.WriteNumber("created", t.Created);
        json.WriteString("currency", t.Currency);
        json.WriteString("description", t.Description);
        json.WriteString("destination", t.Destination);
        json.WriteString("destination_payment", "py_1" + t.Id[4..]);
        json.WriteBoolean("livemode", false);
        Metadata(json, t.Metadata);
        json.WritePropertyName("reversals");
        List(json, $"/v1/transfers/{t.Id}/reversals", t.Reversals, false, reversal => Reversal(json, reversal));
        json.WriteBoolean("reversed", t.AmountReversed == t.Amount);
        json.WriteNull("source_transaction");
        json.WriteString("source_type", "card");
        json.WriteString("transfer_group", t.Group);
        json.WriteEndObject();
    }

    /// <summary>A part of a transfer that came back.</summary>
    public static void Reversal(Utf8JsonWriter json, TransferReversal r)
    {
        json.WriteStartObject();
        json.WriteString("id", r.Id);
        json.WriteString("object", "transfer_reversal");
        json.WriteNumber("amount", r.Amount);
        json.WriteString("balance_transaction", r.BalanceTransaction);
        json.WriteNumber("created", r.Created);
        json.WriteString("currency", r.Currency);
        json.WriteNull("destination_payment_refund");
        Metadata(json, r.Metadata);
        json.WriteNull("source_refund");
        json.WriteString("transfer", r.Transfer);
        json.WriteEndObject();
    }

    /// <summary>A connected account.</summary>
    public static void Account(Utf8JsonWriter json, Account a)
    {
        var isActive = a.Transfers == "active";
        json.WriteStartObject();
        json.WriteString("id", a.Id);
        json.WriteString("object", "account");
        json.WriteStartObject("capabilities");
        json.WriteString("transfers", a.Transfers);
        json.WriteEndObject();
        json.WriteBoolean("charges_enabled", isActive);
        json.WriteString("country", a.Country);
        json.WriteNumber("created", a.Created);
        json.WriteString("default_currency", "brl");
        json.WriteBoolean("details_submitted", isActive);
        json.WriteString("email", a.Email);
        Metadata(json, a.Metadata);
        json.WriteBoolean("payouts_enabled", isActive);
        json.WriteString("type", a.Type);
        json.WriteEndObject();
    }

    /// <summary>What is in the balance; a currency that nothing was moved in is not named, but BRL always is.</summary>
    public void Funds(Utf8JsonWriter json)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        json.WriteStartObject();
        json.WriteString("object", "balance");
        Amounts("available", currency => book.Funds.Available(currency, now));
        json.WriteBoolean("livemode", false);
        Amounts("pending", currency => book.Funds.Pending(currency, now));
        json.WriteEndObject();

        void Amounts(string name, Func<string, long> of)
        {
            json.WriteStartArray(name);
            foreach (var currency in book.Funds.Currencies.DefaultIfEmpty("brl"))
            {
                json.WriteStartObject();
                json.WriteNumber("amount", of(currency));
                json.WriteString("currency", currency);
                json.WriteStartObject("source_types");
                json.WriteNumber("card", of(currency));
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }
}
