using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Functions.Http;

/// <summary>A decimal is written as a number with two places, <c>1240.00</c>, whatever scale it happens to carry.</summary>
public sealed class MoneyConverter : JsonConverter<decimal>
{
    private static readonly StandardFormat TwoPlaces = new('F', 2);

    /// <inheritdoc/>
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Span<byte> digits = stackalloc byte[40];
        Utf8Formatter.TryFormat(decimal.Round(value, 2, MidpointRounding.ToEven), digits, out var written, TwoPlaces);
        writer.WriteRawValue(digits[..written], skipInputValidation: true);
    }
}
