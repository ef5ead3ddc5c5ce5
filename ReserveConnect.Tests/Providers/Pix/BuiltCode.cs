using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ReserveConnect.Providers.Pix;

namespace ReserveConnect.Tests.Providers.Pix;

/// <summary>A static BR Code made by the test.</summary>
public sealed record BuiltCode(string Payload)
{
    public static string Build(string key, decimal amount, string name, string city, string reference, bool once) => Sealed(
        Field("00", "01") + (once ? Field("01", "12") : "") + Field("26", Field("00", "br.gov.bcb.pix") + Field("01", key)) + Field("52", "0000")
        + Field("53", "986") + Field("54", amount.ToString("0.00", CultureInfo.InvariantCulture)) + Field("58", "BR") + Field("59", name) + Field("60", city)
        + Field("62", Field("05", reference)));

    /// <summary>With the checksum at the end.</summary>
    public static string Sealed(string payload) => payload + "6304" + BrCode.Crc(payload + "6304");

    private static string Field(string id, string value) => $"{id}{value.Length:00}{value}";
}

/// <summary>Any static BR Code within the lengths of the standard.</summary>
public static class BuiltCodes
{
    public static Arbitrary<BuiltCode> Any() => (
        from key in Text("abcdefghij0123456789@.-+", 77)
        from amount in Gen.Choose(0, 99_999_999)
        from name in Text("ABCDEFGHIJ abcdefghij", 25)
        from city in Text("ABCDEFGHIJ", 15)
        from reference in Text("ABCabc0123", 25)
        from once in Gen.Elements(true, false)
        select new BuiltCode(BuiltCode.Build(key, amount / 100m, name, city, reference, once))).ToArbitrary();

    private static Gen<string> Text(string alphabet, int longest) =>
        from length in Gen.Choose(1, longest)
        from characters in Gen.Elements(alphabet.ToCharArray()).ArrayOf(length)
        select new string(characters);
}
