using System.Globalization;
using FsCheck.Xunit;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers.Stripe;

public sealed class MinorUnitsTests
{
    [Property]
    public bool Minor_units_come_back_as_they_went(long minor)
    {
        var bounded = Math.Abs(minor % 999_999_999_999);
        return MinorUnits.From(MinorUnits.To(bounded, "BRL"), "brl") == bounded
            && MinorUnits.From(MinorUnits.To(bounded, "JPY"), "jpy") == bounded;
    }

    [Theory]
    [InlineData("12.34", "BRL", 1234)]
    [InlineData("12.3", "brl", 1230)]
    [InlineData("12.340", "BRL", 1234)]
    [InlineData("0", "BRL", 0)]
    [InlineData("0.01", "USD", 1)]
    [InlineData("1500", "JPY", 1500)]
    [InlineData("1500.00", "JPY", 1500)]
    public void An_amount_is_counted_in_its_currency(string amount, string currency, long minor) =>
        Assert.Equal(minor, MinorUnits.From(decimal.Parse(amount, CultureInfo.InvariantCulture), currency));

    [Theory]
    [InlineData("12.345", "BRL")]
    [InlineData("0.001", "BRL")]
    [InlineData("-1", "BRL")]
    [InlineData("1500.5", "JPY")]
    [InlineData("79228162514264337593543950335", "BRL")]
    public void An_amount_that_cannot_be_paid_is_refused(string amount, string currency) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MinorUnits.From(decimal.Parse(amount, CultureInfo.InvariantCulture), currency));

    [Theory]
    [InlineData("KWD")]
    [InlineData("ISK")]
    [InlineData("R$")]
    [InlineData("")]
    [InlineData("B1L")]
    public void A_currency_counted_otherwise_is_refused(string currency)
    {
        Assert.Throws<ArgumentException>(() => MinorUnits.From(1m, currency));
        Assert.Throws<ArgumentException>(() => MinorUnits.To(1, currency));
    }

    [Fact]
    public void An_amount_read_has_two_places() => Assert.Equal("12.30", MinorUnits.To(1230, "BRL").ToString(CultureInfo.InvariantCulture));
}
