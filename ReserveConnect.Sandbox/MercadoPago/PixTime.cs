using System.Globalization;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>Mercado Pago's way of writing instants: milliseconds and an offset, its own being -04:00.</summary>
internal static class PixTime
{
    private static readonly TimeSpan _offset = TimeSpan.FromHours(-4);
    private static readonly string[] _formats = ["yyyy-MM-dd'T'HH:mm:ss.fffzzz", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"];

    /// <summary>Such as <c>2026-11-22T10:15:00.000-04:00</c>.</summary>
    public static string Text(DateTimeOffset at) => at.ToOffset(_offset).ToString(_formats[0], CultureInfo.InvariantCulture);

    /// <summary>Reads one; null: not in this format.</summary>
    public static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParseExact(text, _formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
