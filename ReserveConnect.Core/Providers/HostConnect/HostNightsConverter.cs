using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Providers.HostConnect;

/// <summary>
/// Reads the nights of one room type. Written by hand because a city has a million of them: the serializer's own way
/// through a constructor boxes every field of every night.
/// </summary>
internal sealed class HostNightsConverter : JsonConverter<HostNight[]>
{
    private const int Year = 366;
    // The one that a night may lack: its price is then the rate plan's.
    private const int Price = 1 << 3;
    private const int AllFields = (1 << 10) - 1;

    public override HostNight[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("nights are not a list");
        var nights = new List<HostNight>(Year);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            nights.Add(Night(ref reader));
        return [.. nights];
    }

    public override void Write(Utf8JsonWriter writer, HostNight[] value, JsonSerializerOptions options) =>
        throw new NotSupportedException("the Host sends nights, it does not receive them");

    /// <summary>One night that stands alone.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    internal static HostNight Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var night = Night(ref reader);
        return reader.Read() ? throw new JsonException("a night has a tail") : night;
    }

    private static HostNight Night(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a night is not an object");
        DateOnly date = default;
        int allotment = 0, sold = 0, minStay = 0, maxStay = 0;
        bool isOpen = false, closedToArrival = false, closedToDeparture = false;
        decimal? price = null;
        long version = 0;
        var seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Field(ref reader);
            seen |= field < 0 ? 0 : 1 << field;
            if (!reader.Read())
                throw new JsonException("a night ends early");
            switch (field)
            {
                case 0: date = Date(ref reader); break;
                case 1: allotment = Whole(ref reader); break;
                case 2: sold = Whole(ref reader); break;
                case 3: price = Amount(ref reader); break;
                case 4: isOpen = Flag(ref reader); break;
                case 5: minStay = Whole(ref reader); break;
                case 6: maxStay = Whole(ref reader); break;
                case 7: closedToArrival = Flag(ref reader); break;
                case 8: closedToDeparture = Flag(ref reader); break;
                case 9: version = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var change) ? change : throw Wrong(); break;
                default: reader.Skip(); break;
            }
        }

        return (seen | Price) == AllFields
            ? new HostNight(date, allotment, sold, price, isOpen, minStay, maxStay, closedToArrival, closedToDeparture, version)
            : throw new JsonException("a night lacks a field");
    }

    private static int Field(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("date"u8) ? 0
        : reader.ValueTextEquals("allotment"u8) ? 1
        : reader.ValueTextEquals("sold"u8) ? 2
        : reader.ValueTextEquals("price"u8) ? 3
        : reader.ValueTextEquals("is_open"u8) ? 4
        : reader.ValueTextEquals("min_stay"u8) ? 5
        : reader.ValueTextEquals("max_stay"u8) ? 6
        : reader.ValueTextEquals("closed_to_arrival"u8) ? 7
        : reader.ValueTextEquals("closed_to_departure"u8) ? 8
        : reader.ValueTextEquals("version"u8) ? 9
        : -1;

    private static DateOnly Date(ref Utf8JsonReader reader)
    {
        Span<byte> text = stackalloc byte[10];
        if (reader.TokenType != JsonTokenType.String || reader.HasValueSequence || reader.ValueSpan.Length != text.Length)
            throw Wrong();
        reader.CopyString(text);
        if (text[4] != '-' || text[7] != '-')
            throw Wrong();
        var (year, month, day) = (Digits(text[..4]), Digits(text[5..7]), Digits(text[8..]));
        return year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day)
            : throw Wrong();
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var number = 0;
        foreach (var digit in text)
            number = digit is >= (byte)'0' and <= (byte)'9' ? (number * 10) + (digit - '0') : throw Wrong();
        return number;
    }

    private static int Whole(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : throw Wrong();

    private static decimal? Amount(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null ? null
        : reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var amount) ? amount
        : throw Wrong();

    private static bool Flag(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Wrong(),
    };

    private static JsonException Wrong() => new("a field of a night is of the wrong kind");
}
