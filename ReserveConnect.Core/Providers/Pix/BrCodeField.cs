namespace ReserveConnect.Providers.Pix;

/// <summary>One field of a BR Code, or of a template inside one.</summary>
/// <param name="Id">Two digits.</param>
/// <param name="Value">Up to 99 characters; of a template, its own fields in the same form.</param>
public sealed record BrCodeField(string Id, string Value)
{
    /// <summary>Splits a text into its fields. Null if a length does not fit.</summary>
    public static IReadOnlyList<BrCodeField>? Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fields = new List<BrCodeField>();
        var at = 0;
        while (at < text.Length)
        {
            if (text.Length - at < 4 || text.AsSpan(at, 4).ContainsAnyExceptInRange('0', '9'))
                return null;
            var length = ((text[at + 2] - '0') * 10) + (text[at + 3] - '0');
            if (text.Length - at - 4 < length)
                return null;
            fields.Add(new BrCodeField(text[at..(at + 2)], text.Substring(at + 4, length)));
            at += 4 + length;
        }

        return fields;
    }
}
