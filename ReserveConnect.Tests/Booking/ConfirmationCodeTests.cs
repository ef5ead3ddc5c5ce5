using ReserveConnect.Booking;
using Xunit;

namespace ReserveConnect.Tests.Booking;

public sealed class ConfirmationCodeTests
{
    [Fact]
    public void Codes_are_eight_characters_of_crockford_and_do_not_repeat()
    {
        var codes = Enumerable.Range(0, 10_000).Select(_ => ConfirmationCode.New()).ToList();

        Assert.All(codes, code => Assert.Matches("^RC-[0-9A-HJKMNP-TV-Z]{8}$", code));
        Assert.Equal(codes.Count, codes.Distinct().Count());
    }

    [Theory]
    [InlineData("RC-0123ABCD", "RC-0123ABCD")]
    [InlineData(" rc-0123abcd ", "RC-0123ABCD")]
    [InlineData("OI23ABCL", "RC-0123ABC1")]
    public void A_code_is_read_as_people_type_it(string typed, string code) => Assert.Equal(code, ConfirmationCode.Normalise(typed));

    [Theory]
    [InlineData("")]
    [InlineData("RC-")]
    [InlineData("RC-0123ABC")]
    [InlineData("RC-0123ABCU")]
    [InlineData("RC-0123ABCDE")]
    [InlineData("'; DROP TABLE reserve.reservations; --")]
    public void What_cannot_be_a_code_is_none(string typed) => Assert.Null(ConfirmationCode.Normalise(typed));
}
