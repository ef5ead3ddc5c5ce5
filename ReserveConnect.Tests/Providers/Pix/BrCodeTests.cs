using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ReserveConnect.Providers.Pix;
using Xunit;

namespace ReserveConnect.Tests.Providers.Pix;

[Trait("Needs", "shared")]
public sealed class BrCodeTests
{
    private static readonly JsonElement Published = Contracts.Json("pix/brcode-vectors-open.json");

    public static TheoryData<string> Vectors() =>
        [.. Published.GetProperty("vectors").EnumerateArray().Select(vector => vector.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_published_code_is_read_as_published(string id)
    {
        var vector = Published.GetProperty("vectors").EnumerateArray().Single(candidate => candidate.GetProperty("id").GetString() == id);
        var payload = vector.GetProperty("payload").GetString()!;
        var valid = vector.GetProperty("expect_valid").GetBoolean();

        Assert.Equal(vector.GetProperty("crc_computed").GetString(), BrCode.Crc(payload[..^4]));
        var reading = BrCode.Parse(payload);
        Assert.Equal(valid, reading.Code is not null);
        Assert.Equal(valid, reading.Error is null);
        Assert.Equal(valid, BrCode.Verify(payload));
        if (reading.Code is { } code)
            AssertFields(vector.GetProperty("fields"), code.Fields);
    }

    private static void AssertFields(JsonElement expected, IReadOnlyList<BrCodeField> fields)
    {
        Assert.Equal(expected.GetArrayLength(), fields.Count);
        foreach (var (field, actual) in expected.EnumerateArray().Zip(fields))
        {
            Assert.Equal(field.GetProperty("id").GetString(), actual.Id);
            Assert.Equal(field.GetProperty("len").GetInt32(), actual.Value.Length);
            if (field.GetProperty("value") is { ValueKind: JsonValueKind.Array } inner)
                AssertFields(inner, BrCodeField.Split(actual.Value)!);
            else
                Assert.Equal(field.GetProperty("value").GetString(), actual.Value);
        }
    }

    [Fact]
    public void The_published_checksums_come_out()
    {
        foreach (var vector in Published.GetProperty("crc").GetProperty("check_vectors").EnumerateArray())
            Assert.Equal(vector.GetProperty("crc").GetString(), BrCode.Crc(vector.GetProperty("input").GetString()!));
    }

    [Fact]
    public void A_code_of_mercado_pago_says_receiver_amount_and_reference()
    {
        var code = BrCode.Parse(Payload("mp-sandbox-4cc4")).Code!;
        Assert.Equal(("d58a7469-afb3-48dd-b279-5576754cd5f7", null, "mpqrinter21071815560"), (code.Key, code.Url, code.TxId));
        Assert.Equal(("TETE9781411", "Sao Paulo", false), (code.MerchantName, code.MerchantCity, code.Once));
        Assert.Equal(100m, code.Amount);
    }

    [Fact]
    public void A_dynamic_code_says_where_the_charge_is()
    {
        var code = BrCode.Parse(Payload("bcb-dynamic-64e4")).Code!;
        Assert.Equal((null, "pix.example.com/8b3da2f39a4140d1a91abd93113bd441", null, true), (code.Key, code.Url, code.TxId, code.Once));
        Assert.Null(code.Amount);
    }

    [Property(Arbitrary = [typeof(BuiltCodes)])]
    public bool A_built_code_is_read_as_it_was_built(BuiltCode built)
    {
        var code = BrCode.Parse(built.Payload).Code;
        return code is not null
            && BuiltCode.Build(code.Key!, code.Amount!.Value, code.MerchantName, code.MerchantCity, code.TxId!, code.Once) == built.Payload;
    }

    [Property(Arbitrary = [typeof(BuiltCodes)])]
    public bool A_code_with_one_character_altered_is_no_code(BuiltCode built, NonNegativeInt place, char by)
    {
        var at = place.Get % built.Payload.Length;
        var altered = string.Concat(built.Payload.AsSpan(0, at), by.ToString(), built.Payload.AsSpan(at + 1));
        return altered == built.Payload || !BrCode.Verify(altered);
    }

    [Property(Arbitrary = [typeof(BuiltCodes)])]
    public bool A_code_cut_short_is_no_code(BuiltCode built, NonNegativeInt length) =>
        !BrCode.Verify(built.Payload[..(length.Get % built.Payload.Length)]);

    [Theory]
    [InlineData("")]
    [InlineData("0002")]
    [InlineData("000201")]
    [InlineData("00٠٢01")]
    [InlineData("00020163041D3D")]
    public void What_is_no_code_has_an_error(string payload) => Assert.NotNull(BrCode.Parse(payload).Error);

    [Fact]
    public void A_code_of_another_currency_or_without_account_is_refused()
    {
        const string account = "26230014br.gov.bcb.pix0101k";
        Assert.Null(BrCode.Parse(BuiltCode.Sealed("000201" + account + "5303986" + "5802BR" + "5901A" + "6001B")).Error);
        Assert.NotNull(BrCode.Parse(BuiltCode.Sealed("000201" + account + "5303840" + "5802BR" + "5901A" + "6001B")).Error);
        Assert.NotNull(BrCode.Parse(BuiltCode.Sealed("000201" + "26180014br.gov.bcb.pix" + "5303986" + "5802BR" + "5901A" + "6001B")).Error);
    }

    [Fact]
    public void The_picture_is_a_png()
    {
        var png = PixQrImage.Png(Payload("mp-sandbox-4cc4"));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        Assert.InRange(png.Length, 200, 20_000);
    }

    private static string Payload(string id) => Published.GetProperty("vectors").EnumerateArray()
        .Single(candidate => candidate.GetProperty("id").GetString() == id).GetProperty("payload").GetString()!;
}
