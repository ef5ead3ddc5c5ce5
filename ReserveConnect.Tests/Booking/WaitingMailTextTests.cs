using ReserveConnect.Booking;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>What a guest is written whose booking waits for the property.</summary>
public sealed class WaitingMailTextTests
{
    private static readonly DateTimeOffset Until = new(2027, 3, 10, 23, 40, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("pt-BR", true, false)]
    [InlineData("en", false, true)]
    [InlineData(null, true, true)]
    public void It_is_in_the_language_of_the_account_or_in_both(string? locale, bool portuguese, bool english)
    {
        foreach (var isChange in (bool[])[true, false])
        {
            var text = WaitingMailText.For(Guest(locale, isChange), Until);

            Assert.Equal((portuguese, english), (text.Body.Contains("Não pague de novo", StringComparison.Ordinal), text.Body.Contains("do not pay again", StringComparison.Ordinal)));
            Assert.Contains("Pousada do Farol", text.Body, StringComparison.Ordinal);
            // In the city of the stay.
            Assert.Contains("20:40", text.Body, StringComparison.Ordinal);
            Assert.InRange(text.Subject.Length, 10, 120);
        }
    }

    [Fact]
    public void Whoever_waits_for_a_change_is_told_that_the_booking_stands()
    {
        Assert.Contains("your booking stands", WaitingMailText.For(Guest("en", isChange: true), Until).Body, StringComparison.Ordinal);
        Assert.Contains("you may leave", WaitingMailText.For(Guest("en", isChange: false), Until).Body, StringComparison.Ordinal);
    }

    private static WaitingGuest Guest(string? locale, bool isChange) =>
        new("ana@example.com", "Pousada do Farol", new(2027, 4, 1), new(2027, 4, 3), isChange, "America/Sao_Paulo", locale);
}
