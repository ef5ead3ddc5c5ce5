using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ReserveConnect.Functions.Http;

/// <summary>Finds every member of a body that the request does not have, and every one that it lacks.</summary>
internal static class RequestShape
{
    // Prices are ours to name: a client that sends one is told so, not just that the field is unknown.
    private static readonly HashSet<string> Prices = new(StringComparer.OrdinalIgnoreCase)
    {
        "price", "prices", "total", "total_amount", "amount", "base_price", "cleaning_fee", "service_fee", "fees",
        "discount", "discount_amount", "taxes", "quote", "currency",
    };

    // What an account may do is decided here: a client that sends these is not told whether they exist, they have no effect.
    private static readonly HashSet<string> Powers = new(StringComparer.OrdinalIgnoreCase)
    {
        "role", "roles", "is_admin", "permissions",
    };

    /// <summary>The body without the fields that are ignored.</summary>
    public static JsonElement WithoutPowers(JsonElement body, Type type)
    {
        var shape = ApiJson.Requests.GetTypeInfo(type);
        if (!body.EnumerateObject().Any(IsIgnored))
        {
            return body;
        }

        return JsonSerializer.SerializeToElement(body.EnumerateObject().Where(m => !IsIgnored(m)).ToDictionary(m => m.Name, m => m.Value));

        bool IsIgnored(JsonProperty member) => Powers.Contains(member.Name) && shape.Properties.All(p => p.Name != member.Name);
    }

    public static Refusal? Check(JsonElement body, Type type)
    {
        List<FieldError> errors = [];
        Collect(body, type, "", errors);
        if (errors.Count == 0)
        {
            return null;
        }

        return errors.Find(e => e.Code == "price_not_accepted") is { } price
            ? Refusal.Unprocessable(price.Code, "Prices are calculated here; a client cannot send one.", [.. errors])
            : Refusal.Malformed(errors[0].Code, "The body does not have the fields of this request.", [.. errors]);
    }

    private static void Collect(JsonElement body, Type type, string prefix, List<FieldError> errors)
    {
        var shape = ApiJson.Requests.GetTypeInfo(type);
        if (shape is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } elements } && body.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, element) in body.EnumerateArray().Index())
            {
                var place = $"{prefix.TrimEnd('.')}[{index}]";
                if (element.ValueKind == JsonValueKind.Null)
                {
                    errors.Add(new FieldError(place, "invalid_value", "Must not be null."));
                }

                Collect(element, elements, $"{place}.", errors);
            }

            return;
        }

        if (shape.Kind != JsonTypeInfoKind.Object || body.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in body.EnumerateObject())
        {
            if (shape.Properties.FirstOrDefault(p => p.Name == member.Name) is { } known)
            {
                Collect(member.Value, known.PropertyType, $"{prefix}{member.Name}.", errors);
            }
            else if (Prices.Contains(member.Name))
            {
                errors.Add(new FieldError(prefix + member.Name, "price_not_accepted", "Prices are calculated here."));
            }
            else
            {
                errors.Add(new FieldError(prefix + member.Name, "unknown_field", "There is no such field."));
            }
        }

        foreach (var property in shape.Properties)
        {
            if (property.IsRequired && !body.TryGetProperty(property.Name, out _))
            {
                errors.Add(new FieldError(prefix + property.Name, "required", "Must be given."));
            }
        }
    }
}
