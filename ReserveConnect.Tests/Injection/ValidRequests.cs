using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Tests.Access;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Documentation;

namespace ReserveConnect.Tests.Injection;

/// <summary>What is right in every place of a request, so that the one place that is wrong is reached.</summary>
internal sealed class ValidRequests
{
    private const int Stays = 200;

    // Bodies of other systems, of which the document says no more than that they are JSON; and those of which it cannot say what goes
    // with what.
    private static readonly Dictionary<string, string> Foreign = new()
    {
        ["handle_stripe_webhook"] =
            """
            {
              "id": "{{event_id}}", "object": "event", "api_version": "2025-01-01", "type": "payment_intent.succeeded", "created": 1700000000,
              "data": { "object": { "id": "pi_injection", "object": "payment_intent", "status": "succeeded", "metadata": { "attempt_id": "none", "booking_intent_id": "none" } } }
            }
            """,
        ["handle_host_webhook"] =
            """{ "id": "{{uuid}}", "type": "availability.changed", "created_at": "2026-01-01T00:00:00Z", "data": { "city": "urubici", "version": 1 } }""",
        ["create_ledger_entry"] =
            """
            {
              "reason": "text", "currency": "BRL",
              "entries": [
                { "account": "cash_pix", "direction": "debit", "amount": 0.01 },
                { "account": "tax_payable", "direction": "credit", "amount": 0.01, "tax_type": "ISS" }
              ]
            }
            """,
        ["resolve_reconciliation_finding"] =
            """
            {
              "action": "adjust", "reason": "text",
              "entries": [
                { "account": "cash_stripe", "direction": "debit", "amount": 0.01 },
                { "account": "tax_payable", "direction": "credit", "amount": 0.01, "tax_type": "ISS" }
              ]
            }
            """,
        ["approve_payout"] = """{ "version": 1 }""",
        ["settle_payout"] = """{ "reason": "text" }""",
        ["set_payout_settings"] =
            """
            {
              "schedule": "weekly", "method": "pix", "reason": "text", "pix_key_type": "random", "pix_key": "{{uuid}}", "pix_owner_document": "52998224725", "hold": false
            }
            """,
        // A day of its own each: two rules of one scope are never in force on one day.
        ["create_commission_rule"] =
            """
            {
              "city_id": "0198b0a0-0000-7000-8000-000000000001", "rule_type": "tiered", "tiers": [{ "from_bookings": 0, "rate_percentage": 12 }],
              "min_commission": 1, "max_commission": 2, "effective_from": "{{day}}", "effective_to": "{{day}}", "reason": "text"
            }
            """,
        ["create_tax_rule"] =
            """
            {
              "city_id": "0198b0a0-0000-7000-8000-000000000001", "tax_type": "CSLL", "rate": 1, "applies_to": "payout",
              "effective_from": "{{day}}", "effective_to": "{{day}}", "reason": "text"
            }
            """,
        ["end_commission_rule"] = """{ "effective_to": "{{day}}", "reason": "text" }""",
        ["end_tax_rule"] = """{ "effective_to": "{{day}}", "reason": "text" }""",
        ["calculate_commission"] =
            """{ "unit_id": "{{unit_id}}", "base_price": 1000, "discount_amount": 0, "at": "2026-12-01T12:00:00Z", "bookings_this_month": 3 }""",
        ["handle_pix_webhook"] = """{ "id": "1", "type": "payment", "action": "payment.updated", "date_created": "2026-01-01T00:00:00Z", "data": { "id": "1" } }""",
    };

    private readonly Dictionary<string, string> _values;
    private readonly Queue<Stay> _stays;
    private readonly AccountValues _accounts;
    private Queue<(Guid IntentId, string Token)> _failed = [];
    private DateOnly _day = new(2100, 1, 1);

    private ValidRequests(Dictionary<string, string> values, Queue<Stay> stays, AccountValues accounts) =>
        (_values, _stays, _accounts) = (values, stays, accounts);

    /// <summary>Whose the things are that paths name, A's; and everybody else.</summary>
    public required Everybody All { get; init; }

    /// <summary>Looks for free stays, and for whatever else can be asked for once.</summary>
    public static async Task<ValidRequests> PrepareAsync(MarketplaceWithIssuer market)
    {
        var all = await Everybody.ArriveAsync(market);
        var held = all.OfA.Held;
        await using var connection = await market.OpenAsync();
        var stays = await connection.QueryAsync<Stay>(
            """
            SELECT c.unit_id, c.date AS check_in, c.date + 2 AS check_out
            FROM reserve.availability_calendar c
            WHERE c.date > current_date + 20
              AND c.date < current_date + 300
              AND extract(doy FROM c.date)::int % 4 = 0
              AND NOT c.closed_to_arrival
              AND c.min_stay <= 2
              AND c.max_stay >= 2
              AND 2 = (
                  SELECT count(*)
                  FROM reserve.availability_calendar n
                  WHERE n.unit_id = c.unit_id
                    AND n.date IN (c.date, c.date + 1)
                    AND n.is_available
                    AND n.effective_allotment > 0)
              AND NOT EXISTS (
                  SELECT 1
                  FROM reserve.availability_calendar d
                  WHERE d.unit_id = c.unit_id
                    AND d.date = c.date + 2
                    AND d.closed_to_departure)
              AND NOT EXISTS (SELECT 1 FROM reserve.booking_intents i WHERE i.unit_id = c.unit_id)
              AND EXISTS (SELECT 1 FROM reserve.unit_map u WHERE u.id = c.unit_id AND u.max_occupancy >= 2)
            ORDER BY c.date, c.unit_id
            LIMIT @Stays
            """,
            new { Stays });
        var values = new Dictionary<string, string>
        {
            ["id"] = $"{held.IntentId}",
            ["code"] = all.OfA.Code,
            ["confirmation_code"] = all.OfA.Code,
            ["slug"] = all.OfA.Slug,
            ["unitId"] = $"{held.Stay.UnitId}",
            ["name"] = "expire_intents",
            ["probe"] = "ready",
            ["file"] = "start.js",
            ["city"] = "urubici",
            ["data.id"] = "1",
            ["email"] = all[Who.GuestA].Email,
            ["first_name"] = "Ana",
            ["last_name"] = "Souza",
            ["phone"] = "+55 48 99999-0000",
            ["password"] = People.Password,
            ["new_password"] = People.OtherPassword,
            ["locale"] = "en",
            ["role"] = "agent",
            ["method"] = "card",
            ["part"] = "owner",
            ["kind"] = "booking",
            ["key"] = all.OfA.Code,
            ["account"] = "cash_pix",
            ["format"] = "csv",
        };
        return new(values, new(stays), await AccountValues.PrepareAsync(market, all.OfB.PropertyId, all.OfA.PropertyId)) { All = all };
    }

    /// <summary>What the next request asks for can be asked for once, and was.</summary>
    /// <param name="body">What was sent.</param>
    public void Done(PublishedOperation operation, JsonNode? body)
    {
        if (operation.Id == "create_booking_intent")
        {
            _stays.Dequeue();
        }

        if (operation.Id == "retry_failed_payment")
        {
            _failed.Dequeue();
        }

        _accounts.Done(operation.Id, body);
    }

    /// <summary>The token of the one account that may ask for this; null: anybody of the right role may.</summary>
    public string? TokenFor(PublishedOperation operation) =>
        operation.Id == "retry_failed_payment" ? _failed.Peek().Token : _accounts.TokenFor(operation.Id);

    /// <summary>Payments that may be tried again; not before what is there was found to be sound.</summary>
    public async Task AddFailedPaymentsAsync(Marketplace market) =>
        _failed = new((await FailedPayments.PrepareAsync(market, All.OfA.Held.IntentId)).Select(id => (id, market.TokenOf(id))));

    /// <summary>A right value of a parameter.</summary>
    public string Value(PublishedOperation operation, string name, JsonNode schema) => _accounts.Of(operation.Id, name) ?? name switch
    {
        "id" when operation.Id == "retry_failed_payment" => $"{_failed.Peek().IntentId}",
        "unit_id" => $"{_stays.Peek().UnitId}",
        "check_in" => $"{_stays.Peek().CheckIn:yyyy-MM-dd}",
        "check_out" => $"{_stays.Peek().CheckOut:yyyy-MM-dd}",
        // What is reported once is stored once.
        "x-request-id" or "event_id" => $"evt_{Guid.CreateVersion7():N}",
        _ when _values.TryGetValue(name, out var known) => known,
        _ when schema["enum"] is JsonArray words => $"{words[0]}",
        _ => $"{schema["format"]}" switch
        {
            "uuid" => $"{Guid.CreateVersion7()}",
            "date" => $"{_stays.Peek().CheckIn:yyyy-MM-dd}",
            "date-time" => $"{_stays.Peek().CheckIn:yyyy-MM-dd}T12:00:00Z",
            _ => "text",
        },
    };

    /// <summary>A right body of an operation; null when it takes none.</summary>
    public JsonNode? Body(PublishedOperation operation)
    {
        if (operation.Content["requestBody"]?["content"]?["application/json"] is not { } json)
        {
            return null;
        }

        return Foreign.TryGetValue(operation.Id, out var foreign)
            ? JsonNode.Parse(foreign
                .Replace("{{event_id}}", Value(operation, "event_id", json), StringComparison.Ordinal)
                .Replace("{{unit_id}}", Value(operation, "unit_id", json), StringComparison.Ordinal)
                .Replace("{{day}}", $"{_day = _day.AddDays(1):yyyy-MM-dd}", StringComparison.Ordinal)
                .Replace("{{uuid}}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal))
            : Made(operation, "", json["schema"]!);
    }

    private JsonNode? Made(PublishedOperation operation, string name, JsonNode schema)
    {
        schema = Published.Resolved(schema);
        if (schema["anyOf"] is JsonArray any)
        {
            return Made(operation, name, any[0]!);
        }

        var types = schema["type"] is JsonArray several ? several.Select(type => $"{type}").ToList() : [$"{schema["type"]}"];
        return types.First(type => type != "null") switch
        {
            "object" => new JsonObject((schema["properties"]?.AsObject() ?? []).Select(member => KeyValuePair.Create(member.Key, Made(operation, member.Key, member.Value!)))),
            "array" => new JsonArray(Made(operation, name, schema["items"]!)),
            "integer" or "number" when name == "expected_difference" || (operation.Id, name) == ("force_cancel_booking", "amount") => JsonValue.Create(decimal.Parse(Value(operation, name, schema), CultureInfo.InvariantCulture)),
            "integer" or "number" => name == "amount" ? JsonValue.Create(0.01m) : JsonValue.Create(name == "adults" ? 2 : 0),
            "boolean" => JsonValue.Create(true),
            _ => JsonValue.Create(Value(operation, name, schema)),
        };
    }
}
